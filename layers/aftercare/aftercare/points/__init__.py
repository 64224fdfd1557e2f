"""Points: a ledger in which every operation is one row, and nothing is counted twice."""
