"""Tickets that the systems of partners and stores bring for their customers."""
