"""Participation: how children, young people, families and staff are heard, and kept safe when they are not."""
