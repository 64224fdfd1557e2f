"""Members: a copy of the shop's memberships, kept up by its events."""
