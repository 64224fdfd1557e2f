"""The customer pages."""
