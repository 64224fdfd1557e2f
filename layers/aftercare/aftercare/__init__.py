"""After-sales for a collectible-toy retailer: one room per feature, all furnished alike."""
