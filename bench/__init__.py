"""Side-by-side measurements: the same work, the same box, the same run, beside named peers."""
