"""The schemas of the events on the bus: a file per source and detail type, made from the types."""

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# The types are the application's; as a command this package finds them in their folders.
sys.path[:0] = [str(_ROOT / "layers" / "aftercare"), str(_ROOT / "functions")]
