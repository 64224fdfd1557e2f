"""Handing a case over at a store's counter: the code that the customer shows there."""
