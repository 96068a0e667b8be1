"""One story a methodology, beside the first: each to what it gives back."""
