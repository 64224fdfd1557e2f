"""Whether a code is ours, and what its history says."""
