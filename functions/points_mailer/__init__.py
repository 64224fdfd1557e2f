"""Tells members what became of their points where they can't see it happen."""
