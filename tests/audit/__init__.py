"""The audit: what is signed and proved, and what is found when history is changed."""
