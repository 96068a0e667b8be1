"""What evidence shows in lists."""
