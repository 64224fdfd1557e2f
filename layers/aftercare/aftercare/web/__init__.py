"""What every web application shares: the edge of HTTP, pages, sessions, forms, static files."""
