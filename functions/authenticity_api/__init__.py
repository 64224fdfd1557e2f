"""Checks of verification codes, for the systems of stores and partners."""
