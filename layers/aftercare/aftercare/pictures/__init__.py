"""Small copies of the shop's pictures of products, which our pages show from our own origin."""
