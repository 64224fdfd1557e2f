"""Moves returns on after their submission."""
