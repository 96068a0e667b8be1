"""The demonstration: one joint inspection of Falkirk, driven over REST as its different roles."""
