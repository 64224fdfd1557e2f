"""Builds the authenticity room; loads its store, and with it the SDK, only once it is needed."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.service import AuthenticityService
from aftercare.batches.wiring import BatchesConfig, batch_book
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.kernel.secret import read_secret

if TYPE_CHECKING:
    from aftercare.authenticity.store import CheckStore


class AuthenticityConfig(NamedTuple):
    """Where codes' histories and batches are stored, and the secret that holds the code keys."""

    authenticity_table: str
    batches_table: str
    code_keys_secret: str


def authenticity_service(
    config: AuthenticityConfig,
    *,
    read_keys: Callable[[str], str] = read_secret,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> AuthenticityService:
    """The service. Keys are read at the first code, and again when a key id is new."""

    @cache
    def store() -> "CheckStore":
        from aftercare.authenticity.store import CheckStore  # noqa: PLC0415 - as in batches/wiring

        return CheckStore(config.authenticity_table)

    return AuthenticityService(
        ring=KeyRing(lambda: read_keys(config.code_keys_secret), clock),
        book=batch_book(BatchesConfig(config.batches_table), clock=clock),
        store=store,
        clock=clock,
        entropy=entropy,
    )
