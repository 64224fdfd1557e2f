"""Where is my order: an open page, by order number or tracking number."""
