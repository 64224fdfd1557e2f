"""Mails to customers: what they say, how often they may be sent, and where none may go."""
