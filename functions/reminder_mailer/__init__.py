"""Tells members by mail what is about to expire."""
