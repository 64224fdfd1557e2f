"""Compiles Babel's copy of CLDR to the small data files of the words room."""
