"""Takes in the shop's member events."""
