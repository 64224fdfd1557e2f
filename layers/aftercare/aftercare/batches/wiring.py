"""Builds the batches room; loads its store, and with it the SDK, only once it is needed."""

import secrets
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.batches.book import BatchBook
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from aftercare.batches.service import BatchService
    from aftercare.batches.shelf_store import ShelfStore
    from aftercare.batches.store import BatchStore

# A forged or mistyped code is answered without any table; on a cold start the SDK would take
# longer to load than all the rest. Hence the imports inside.


class BatchesConfig(NamedTuple):
    """Where batches, exports and download links are stored."""

    batches_table: str


def batch_service(
    config: BatchesConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "BatchService":
    from aftercare.batches.service import BatchService  # noqa: PLC0415 - see above

    return BatchService(_store(config), clock, entropy)


def batch_book(config: BatchesConfig, *, clock: Clock = utc_now) -> BatchBook:
    """The batches as checks need them; the first code that was issued opens the store."""
    return BatchBook(cache(lambda: _shelf(config)), clock)


def _shelf(config: BatchesConfig) -> "ShelfStore":
    from aftercare.batches.shelf_store import ShelfStore  # noqa: PLC0415 - see above

    return ShelfStore(config.batches_table)


def _store(config: BatchesConfig) -> "BatchStore":
    from aftercare.batches.store import BatchStore  # noqa: PLC0415 - see above

    return BatchStore(config.batches_table)
