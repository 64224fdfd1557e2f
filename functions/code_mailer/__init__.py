"""Sends one-time codes."""
