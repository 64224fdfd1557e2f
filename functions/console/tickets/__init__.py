"""Tickets of the service desk: their queues, a ticket's page, and what staff do there."""
