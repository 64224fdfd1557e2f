"""Points that members earn by what the shop tells."""
