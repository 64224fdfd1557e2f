"""Crashes, lost replies and races, by the hundred."""
