"""On which days of a market business is done: data compiled by `make holidays`."""
