"""Oversight: how much one person reads, and reading past the rules in an emergency."""
