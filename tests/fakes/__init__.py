"""Builders and fakes: what tests make their worlds of."""
