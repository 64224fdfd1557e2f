"""Plans the night: which points are due, in which parts."""
