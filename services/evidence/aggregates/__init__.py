"""What evidence decides on."""
