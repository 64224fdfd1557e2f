"""A batch of codes, its exports to the printer, and the one-time links to those."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.batches.errors import BatchInvalidError, SerialsExhaustedError
from aftercare.kernel.actor import UNKNOWN, Actor

# A code has 5 bits of key id and 30 of serial.
KEY_IDS = 32
SERIALS = 1 << 30
MOST_CODES = 10_000_000
# The bucket deletes files after as many days (template.yaml: CodesBucket).
LINK_LIFETIME = timedelta(days=7)
_BATCH_ID = re.compile(r"B\d{2}-\d{10}", re.ASCII)
_COUNT = re.compile(r"-?\d{1,18}", re.ASCII)


class BatchStatus(StrEnum):
    """The status of a batch, which its codes' checks report."""

    DRAFT = "draft"
    ACTIVE = "active"
    RECALLED = "recalled"
    BLOCKED = "blocked"
    RESTRICTED = "restricted"


class ExportStatus(StrEnum):
    """The progress of an export."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Batch:
    """The codes of one range of serials under one key id, and what they were made for.

    `known_issue` and `remedy` are texts for customers by language (`en`, `zh-Hans`, …). `version`
    is 0 until the batch is stored. `changed_by` drafted it, or changed it last. `picture` is the
    key of the product's picture, of which the room of pictures has a copy; empty without one.
    """

    batch_id: str
    sku: str
    product: str
    gtin: str
    batch_code: str
    factory: str
    key_id: int
    first_serial: int
    count: int
    status: BatchStatus
    known_issue: Mapping[str, str]
    remedy: Mapping[str, str]
    created_at: datetime
    changed_at: datetime
    version: int = 0
    changed_by: Actor = UNKNOWN
    picture: str = ""

    @property
    def end(self) -> int:
        """The first serial after the batch's last."""
        return self.first_serial + self.count

    def covers(self, serial: int) -> bool:
        return self.first_serial <= serial < self.end


@dataclass(frozen=True, slots=True)
class Export:
    """One file with all codes of a batch; it can be made again from the batch's range."""

    export_id: str
    batch_id: str
    count: int
    requested_at: datetime
    status: ExportStatus = ExportStatus.REQUESTED
    written: int = 0
    size: int = 0
    finished_at: datetime | None = None

    @property
    def object_key(self) -> str:
        return f"codes/{self.batch_id}/{self.export_id}.csv"


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link: its file, its expiry, and all that its page shows."""

    link_id: str
    batch_id: str
    sku: str
    count: int
    size: int
    object_key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProductBatch:
    """What a recall of its product needs of a batch."""

    batch_id: str
    batch_code: str
    status: BatchStatus


def standing(batch: Batch, leaked: frozenset[int]) -> Batch:
    """The batch as checks read it: restricted, if its key has leaked.

    A stronger status (recalled, blocked) stays, and so does a draft.
    """
    if batch.key_id in leaked and batch.status is BatchStatus.ACTIVE:
        return replace(batch, status=BatchStatus.RESTRICTED)
    return batch


def batch_id_of(key_id: int, first_serial: int) -> str:
    """A batch is named after its range: B01-0000250000."""
    return f"B{key_id:02d}-{first_serial:010d}"


def is_batch_id(text: str) -> bool:
    return _BATCH_ID.fullmatch(text) is not None


def first_export_id(batch_id: str) -> str:
    """The id of the export that drafting a batch requests; later ones have other ids."""
    return f"exp_{batch_id}"


def link_id_of(token: str) -> str:
    """The hash of a link's token, which is what is stored: a reader of the table cannot use it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def count_of(text: str) -> int:
    """A number of codes as an operator types it.

    Raises:
        BatchInvalidError: Not a whole number from 1 to 10,000,000.
    """
    if not _COUNT.fullmatch(text):
        raise BatchInvalidError("count", f"The count is a whole number from 1 to {MOST_CODES:,}.")
    return valid_count(int(text))


def valid_count(count: int) -> int:
    """The count, if one batch may have it.

    Raises:
        BatchInvalidError: Below 1 or above 10,000,000.
    """
    if not 1 <= count <= MOST_CODES:
        raise BatchInvalidError("count", f"A batch has 1 to {MOST_CODES:,} codes, not {count:,}.")
    return count


def check_range(key_id: int, first: int, count: int) -> None:
    """Checks that the key id has that many serials from `first` on.

    Raises:
        SerialsExhaustedError: It has fewer.
    """
    if first + count > SERIALS:
        raise SerialsExhaustedError(
            f"Key id {key_id} has {SERIALS - first:,} codes left, not {count:,}. "
            "A new key id has all of them.",
            key_id=key_id,
        )
