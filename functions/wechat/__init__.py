"""Takes what customers write to the WeChat service account."""
