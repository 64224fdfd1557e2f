"""Photos and would-be photos, made in code."""
