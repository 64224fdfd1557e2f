"""Cases about codes: the list of those that are open, and a case."""
