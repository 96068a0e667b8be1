"""Who may do what: one table, read by one pure function, whose version stands in every event."""
