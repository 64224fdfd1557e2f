"""A store's counter: cases that their customers hand over with a code."""
