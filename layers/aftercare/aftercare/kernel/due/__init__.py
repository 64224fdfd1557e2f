"""The due index: what happens at a time is written with the state that makes it due."""
