"""Accounts, operations and stores of points, for tests."""
