"""A browser and what it looks at."""
