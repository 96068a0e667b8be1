"""Oversight: how much somebody reads before another person knows of it, and reading past the rules in an emergency."""
