"""Does what becomes due of tickets."""
