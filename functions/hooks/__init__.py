"""Takes carriers' webhooks in."""
