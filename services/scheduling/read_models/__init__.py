"""What scheduling shows in lists."""
