"""Batches of codes, their status, and their files for the printer."""
