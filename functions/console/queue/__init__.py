"""The queue of returns that wait for a person."""
