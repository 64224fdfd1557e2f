"""One return as staff see it, and what they do with it."""
