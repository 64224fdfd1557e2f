"""Orders: a copy of the shop's orders, kept up by its events."""
