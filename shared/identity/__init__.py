"""Tokens for programmes, and what was called back: decided alike in every service."""
