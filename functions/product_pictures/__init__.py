"""The function that fetches products' pictures."""
