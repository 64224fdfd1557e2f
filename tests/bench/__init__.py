"""The figures of docs/figures.md, measured: `make bench`."""
