"""Keeping facts: the log and its order, what is told and heard, what is due, and what is shown from it."""
