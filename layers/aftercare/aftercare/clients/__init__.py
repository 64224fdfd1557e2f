"""Clients: the store and partner systems that call our APIs, each with a key of its own."""
