"""Which parts an address has and needs in each country, how labels write it, and its zone."""
