"""Makes the labels of approved returns."""
