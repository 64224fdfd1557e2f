"""Codes, batches and checks, for every kind of test."""
