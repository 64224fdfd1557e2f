"""Authorizes the calls of stores' and partners' systems."""
