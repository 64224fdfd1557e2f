"""The night: points that are due expire, members are reminded, the books are checked."""
