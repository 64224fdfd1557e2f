"""Puts what is due on the bus."""
