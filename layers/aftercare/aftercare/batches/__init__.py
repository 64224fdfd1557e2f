"""Batches: which codes were issued for what, what became of them, their files for the printer."""
