"""AWS's documented limits on requests that the emulators take: the same for stack and tests.

Each check gets a request as the API's own parameters and returns AWS's refusal, if there is one.
The local stack asks before MiniStack (`ministack.py`), the tests ask before moto.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS's error for a request beyond a limit, by its documented name."""

    code: str
    message: str


type Refusals = Iterator[Refusal]


def bytes_of(text: str | bytes) -> int:
    """The length as AWS counts it: in bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
