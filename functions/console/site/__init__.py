"""What every page of the console stands in: its furniture, its static files."""
