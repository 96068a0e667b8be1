"""The audit: checkpoints, proofs and tiles in open formats, and verifying a log by itself or from outside."""
