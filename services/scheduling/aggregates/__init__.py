"""What scheduling decides on."""
