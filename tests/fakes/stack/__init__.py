"""Local stacks and who visits them."""
