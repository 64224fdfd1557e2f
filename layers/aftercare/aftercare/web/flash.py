"""What a refused form leaves for the page after it: its errors and what was typed, shown once."""

from collections.abc import Mapping
from typing import NamedTuple


class Flash(NamedTuple):
    """What was wrong, by field (`form` for the whole), the error's code, and what was typed."""

    errors: Mapping[str, str] = {}
    code: str = ""
    typed: Mapping[str, str] = {}
