"""The house under crashes, lost replies and races, tried by the hundred."""
