"""What participation decides on."""
