"""The files of batches for the printer: exports, and one-time links to them."""
