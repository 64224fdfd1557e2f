"""The console: where staff see returns, decide on them, and are signed in."""
