"""Mutants of the rooms, and how many of them the rooms' own tests kill: `make mutants`."""
