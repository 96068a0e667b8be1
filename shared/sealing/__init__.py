"""Sealing: personal and free text is ciphertext in the log, under keys that live in a database of their own."""
