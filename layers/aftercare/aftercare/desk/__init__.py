"""The service desk: a ticket's states, its clocks and what they are held to."""
