"""What every page of the portal stands in: its furniture, its static files."""
