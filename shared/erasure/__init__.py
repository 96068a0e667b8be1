"""Erasing: two people decide, keys are destroyed, every service confirms, and a certificate says what was done."""
