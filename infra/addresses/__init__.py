"""Compiles which parts an address has in each country, from Google's address data."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "layers" / "aftercare"))
