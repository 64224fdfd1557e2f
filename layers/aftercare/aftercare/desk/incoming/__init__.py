"""Mails that customers write to the desk: what one says, what shows who wrote it, where it goes."""
