"""Does the parts of a night."""
