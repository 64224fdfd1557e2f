"""Puts the checking of codes together so that nothing loads the SDK before a table is needed."""

import secrets
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.service import AuthenticityService
from aftercare.batches.service import BatchBook
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import setting
from aftercare.kernel.secret import read_secret

if TYPE_CHECKING:
    from aftercare.authenticity.store import CheckStore
    from aftercare.batches.model import Changes
    from aftercare.batches.store import BatchStore

# A forged or mistyped code is answered from the keys alone; on a cold start the SDK would take
# longer to load than all the rest. Hence the imports inside.


@cache
def authenticity() -> AuthenticityService:
    return AuthenticityService(
        ring=key_ring(),
        book=BatchBook(_changes, utc_now),
        store=_checks,
        clock=utc_now,
        entropy=secrets.randbits,
    )


@cache
def key_ring() -> KeyRing:
    """The keys that sign codes; read at the first code, again when a key id is new."""
    return KeyRing(lambda: read_secret(setting("CODE_KEYS_SECRET")), utc_now)


def _changes(since: datetime | None) -> "Changes":
    return _batches().changes(since)


@cache
def _batches() -> "BatchStore":
    from aftercare.batches.store import BatchStore  # noqa: PLC0415 - see above

    return BatchStore(setting("BATCHES_TABLE"))


@cache
def _checks() -> "CheckStore":
    from aftercare.authenticity.store import CheckStore  # noqa: PLC0415 - see above

    return CheckStore(setting("AUTHENTICITY_TABLE"))
