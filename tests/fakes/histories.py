"""Test keys and their key rings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from aftercare.authenticity.codes import KeyPair
from aftercare.authenticity.keys import KeyRing, parse
from aftercare.kernel.errors import AftercareError

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def key_text(key_id: int) -> str:
    """128 fixed characters."""
    return "".join(f"test key {key_id:02d} part {part:02d} " for part in range(10))[:128]


def secret_text(*key_ids: int) -> str:
    members = ", ".join(f'"{key_id}": "{key_text(key_id)}"' for key_id in key_ids)
    return f"{{{members}}}"


def keys(key_id: int = 0) -> KeyPair:
    return parse(secret_text(key_id))[key_id]


def ring(*key_ids: int) -> KeyRing:
    return KeyRing(lambda: secret_text(*key_ids), lambda: NOON)


@dataclass
class Secret:
    """A secret that operators change and AWS may fail to read out; the time is read off it too."""

    answers: list[str | AftercareError]
    now: datetime = NOON
    reads: int = 0
    ring: KeyRing = field(init=False)

    def __post_init__(self) -> None:
        self.ring = KeyRing(self._read, lambda: self.now)

    def _read(self) -> str:
        answer = self.answers[min(self.reads, len(self.answers) - 1)]
        self.reads += 1
        if isinstance(answer, AftercareError):
            raise answer
        return answer

    def after(self, seconds: float) -> KeyRing:
        self.now += timedelta(seconds=seconds)
        return self.ring


def flips(values: Iterable[int], bits: int) -> list[float]:
    """How often each bit differs between consecutive values."""
    changes = [one ^ other for one, other in pairwise(values)]
    return [sum(change >> bit & 1 for change in changes) / len(changes) for bit in range(bits)]
