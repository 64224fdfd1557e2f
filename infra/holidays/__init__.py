"""Compiles markets' holidays and worked weekends from the holidays package."""
