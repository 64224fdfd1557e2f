"""Requests of other systems: the key that makes a retry safe, and the digest of what it asks."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.kernel.errors import UnprocessableError


class KeyReusedError(UnprocessableError):
    """The idempotency key was used for another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request.")


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A client's Idempotency-Key and the digest of the request that came with it."""

    client_id: str
    key: str
    digest: str

    @property
    def key_hash(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()


def digest_of(**facts: str | int) -> str:
    """A digest that is the same for the same facts."""
    ordered: Mapping[str, str | int] = dict(sorted(facts.items()))
    return hashlib.sha256(json.dumps(ordered).encode()).hexdigest()[:32]
