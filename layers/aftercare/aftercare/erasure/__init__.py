"""Erasure: who asked to be forgotten, how far that is, and that they do not come back."""
