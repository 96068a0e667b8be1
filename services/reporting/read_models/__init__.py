"""What reporting shows in lists."""
