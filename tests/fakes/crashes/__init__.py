"""Worlds in which every write may crash."""
