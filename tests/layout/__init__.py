"""Pages in a browser without a stack: their layout, their colours, their size."""
