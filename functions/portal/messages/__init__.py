"""The customer's side of the service desk: what they wrote, and what was answered."""
