"""The four services: scheduling, evidence, participation, reporting."""
