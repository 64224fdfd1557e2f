"""The way in and out: the user pool's sign-in pages, and back."""
