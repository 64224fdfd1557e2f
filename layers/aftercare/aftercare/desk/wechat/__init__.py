"""What the WeChat service account sends, as values: its signature, its messages, our reply."""
