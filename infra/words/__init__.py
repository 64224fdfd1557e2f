"""Compiles Babel's copy of CLDR to the small data files of the words room."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "layers" / "aftercare"))
