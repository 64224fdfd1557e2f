"""Approves submitted returns."""
