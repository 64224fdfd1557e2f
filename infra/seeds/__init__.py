"""Demo data: a few customers' orders, points, stores and codes."""
