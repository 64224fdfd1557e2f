"""Takes in what stores sold and took back."""
