"""Shipping labels: numbering, printing, and reading one's own print back."""
