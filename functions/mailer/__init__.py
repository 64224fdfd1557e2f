"""Sends every mail to a customer, and hears of those that came back."""
