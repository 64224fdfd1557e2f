"""Whether somebody was erased, asked by rooms that take in what others report."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.erasure.tombstone_store import TombstoneStore


@dataclass
class Tombstones:
    """Keyed hashes of erased mailboxes, each with the moment of its erasure (R-ERA-05).

    The key is read from Secrets Manager when a tombstone is first needed, and is in no table.
    """

    store: "TombstoneStore"
    read_key: Callable[[], bytes]

    def erased_at(self, email_key: str) -> datetime | None:
        """When the person behind that mailbox was last erased; one consistent read.

        Raises:
            UnavailableError: The key can't be read now.
        """
        return self.store.get(self.key_of(email_key))

    def add(self, email_key: str, erased_at: datetime) -> None:
        """Puts up the mailbox's tombstone, or a newer one. Safe to repeat."""
        self.store.put(self.key_of(email_key), erased_at)

    def key_of(self, email_key: str) -> str:
        return tombstone_key(self._key, email_key)

    @cached_property
    def _key(self) -> bytes:
        return self.read_key()


def tombstone_key(secret: bytes, email_key: str) -> str:
    """By what an erased mailbox is known: without the secret, nobody can tell whose it was."""
    return hmac.digest(secret, f"tombstone:{email_key}".encode(), hashlib.sha256).hex()
