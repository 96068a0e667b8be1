"""What reporting decides on."""
