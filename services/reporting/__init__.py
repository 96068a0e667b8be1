"""Reporting: how good it is, what is said about it in public, and who is expected to act."""
