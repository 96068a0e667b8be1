"""Who may do what, judged a second time: by a table that the code does not know."""
