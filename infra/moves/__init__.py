"""Draws the tables of moves for people: docs/moves.md and docs/ticket-moves.md."""

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# The schemas are generated from the application's types, which are imported from these folders.
sys.path[:0] = [str(_ROOT / "layers" / "aftercare"), str(_ROOT / "functions")]
