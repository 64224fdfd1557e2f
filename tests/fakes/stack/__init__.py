"""Local stacks and their visitors."""
