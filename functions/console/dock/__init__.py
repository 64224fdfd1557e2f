"""The dock: where a warehouse or a store scans parcels, receives them and inspects them."""
