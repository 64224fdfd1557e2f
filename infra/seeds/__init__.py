"""Demo data: what a shop would have told of a few customers' orders."""
