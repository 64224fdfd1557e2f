"""Every mail in every language, as a gallery to look at."""

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# The rooms, as functions find them.
sys.path[:0] = [str(_ROOT / "layers" / "aftercare"), str(_ROOT / "functions")]
