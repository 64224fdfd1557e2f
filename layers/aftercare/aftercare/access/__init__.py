"""Access: proving an e-mail address with a one-time code before anything of an order is shown."""
