"""Tells the bus what the tables' timelines say."""
