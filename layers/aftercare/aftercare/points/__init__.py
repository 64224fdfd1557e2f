"""Points: a ledger in which every operation is one entry, and nothing is counted twice."""
