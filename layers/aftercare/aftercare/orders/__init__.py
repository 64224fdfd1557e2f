"""Orders: a read model of what the shop sold, kept up by the shop's events."""
