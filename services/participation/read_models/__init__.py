"""What participation shows in lists."""
