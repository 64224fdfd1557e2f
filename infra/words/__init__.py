"""Compiles CLDR, as Babel has it, to the small data files that the words room ships."""
