"""Points, for the systems of stores and partners."""
