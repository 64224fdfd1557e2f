"""Access: a one-time code proves an e-mail address before any order is shown."""
