"""Takes in the shop's order events."""
