"""Members: who collects points, as the shop tells it."""
