"""Handlers for comparison: each reads one item from DynamoDB and returns it as JSON."""
