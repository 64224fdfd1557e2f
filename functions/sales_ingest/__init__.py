"""Takes in the stores' sales and returns over the counter."""
