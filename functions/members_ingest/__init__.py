"""Members, as the shop tells them."""
