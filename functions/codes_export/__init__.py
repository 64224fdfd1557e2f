"""Writes a batch's codes into a file for the printer."""
