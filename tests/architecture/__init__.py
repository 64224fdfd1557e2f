"""Tests of the architecture's rules."""
