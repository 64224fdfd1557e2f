"""Erases customers, a step at a time."""
