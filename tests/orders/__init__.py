"""Orders as the shop tells them, for every kind of test."""
