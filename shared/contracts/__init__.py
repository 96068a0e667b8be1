"""The published language: what services tell one another; ids, codes, dates, counts and published text only."""
