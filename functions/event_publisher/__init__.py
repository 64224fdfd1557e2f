"""Publishes the tables' timeline entries on the bus."""
