"""The same job as ours in other shapes: one item read from DynamoDB, answered as JSON."""
