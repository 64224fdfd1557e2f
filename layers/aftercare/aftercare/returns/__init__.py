"""Returns: which units may come back, under which policy, and how far each return has come."""
