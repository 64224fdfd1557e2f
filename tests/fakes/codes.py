"""Batches, keys, codes and checks, with fixed defaults."""

import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.authenticity.codes import Code, issue, key_id_of, read, shown
from aftercare.authenticity.keys import KeyRing, parse
from aftercare.authenticity.model import Audience, Check, History
from aftercare.authenticity.naming import CodeNames
from aftercare.authenticity.rules import published
from aftercare.batches.model import Batch, BatchStatus, ProductBatch, batch_id_of
from aftercare.batches.service import BatchBook
from aftercare.kernel.clock import Clock
from aftercare.kernel.symbols import bits_of, sealed

RULES = published().versions[0].of("BB-1")
NOON = datetime(2026, 6, 10, 19, 0, tzinfo=UTC)
KEYS_TEXT = json.dumps({"0": "k0" * 64, "1": "k1" * 64})
KEYS = parse(KEYS_TEXT)
BATCH_CODES = 1000


def batch(number: int = 0, status: BatchStatus = BatchStatus.ACTIVE, **changes: Any) -> Batch:
    """The n-th batch of a thousand codes of key id 0."""
    fields: dict[str, Any] = {
        "batch_id": batch_id_of(0, number * BATCH_CODES),
        "sku": "BB-1",
        "product": "Tiny Tide",
        "gtin": "06941234567898",
        "batch_code": "TT-2026-06",
        "factory": "Dongguan 2",
        "key_id": 0,
        "first_serial": number * BATCH_CODES,
        "count": BATCH_CODES,
        "status": status,
        "known_issue": {},
        "remedy": {},
        "created_at": NOON,
        "changed_at": NOON,
    }
    return Batch(**(fields | changes))


def code(serial: int, key_id: int = 0) -> str:
    """The genuine code of a serial, as 16 symbols."""
    return issue(Code(key_id, serial), KEYS[key_id])


def short_reference(symbols: str, check_id: str) -> str:
    """The reference of a check as it was made until 2026-11-28, with a tag of 20 bits."""
    keys = KEYS[key_id_of(symbols)]
    code, start = read(symbols, keys), check_id[:4]
    assert code
    message = f"reference start {code.key_id} {code.serial} {start}".encode()
    tag = int.from_bytes(hmac.digest(keys.tag, message, "sha256")[:5]) >> 20
    lower = bits_of(start) << 20 | tag
    mask = hmac.digest(keys.mask, f"reference mask {code.key_id} {lower}".encode(), "sha256")
    masked = code.serial ^ int.from_bytes(mask[:4]) >> 2
    return f"V-{shown(sealed((code.key_id << 30 | masked) << 40 | lower, 'V'))}"


def key_named(named: str) -> str:
    """What `desk_worker` keeps of a code that somebody named."""
    return CodeNames(ring(lambda: NOON)).key(named)


def ring(clock: Clock) -> KeyRing:
    return KeyRing(lambda: KEYS_TEXT, clock)


@dataclass
class Shelf:
    """The table of batches in memory, as checks read it; notes each reading, may be in trouble."""

    batches: Collection[Batch] = ()
    key_ids: frozenset[int] = frozenset()
    reads: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    def covering(self, key_id: int, serial: int) -> Batch | None:
        self._read("batch")
        of_key = (each for each in self.batches if each.key_id == key_id)
        return next((each for each in of_key if each.covers(serial)), None)

    def leaked(self) -> frozenset[int]:
        self._read("leaked keys")
        return self.key_ids

    def recalled(self) -> frozenset[str]:
        self._read("recalled products")
        return frozenset(each.sku for each in self.batches if each.status is BatchStatus.RECALLED)

    def of_product(self, sku: str) -> tuple[ProductBatch, ...]:
        self._read("batches of a product")
        return tuple(
            ProductBatch(each.batch_id, each.batch_code, each.status)
            for each in self.batches
            if each.sku == sku and each.status is not BatchStatus.DRAFT
        )

    def _read(self, what: str) -> None:
        self.reads.append(what)
        if self.trouble:
            raise self.trouble


def book(clock: Clock, *batches: Batch) -> BatchBook:
    return book_on(Shelf(batches), clock)


def book_on(shelf: Shelf, clock: Clock) -> BatchBook:
    return BatchBook(lambda: shelf, clock)


def check(number: int, **changes: Any) -> Check:
    """The n-th check of a code: by a customer in the US, a day after the previous one."""
    fields: dict[str, Any] = {
        "check_id": f"{number:08d}",
        "at": NOON + timedelta(days=number),
        "country": "US",
        "audience": Audience.CUSTOMER,
        "place": number,
    }
    return Check(**(fields | changes))


def history(*checks: Check, **changes: Any) -> History:
    """The history of these checks, each with weight one."""
    by_customers = [each for each in checks if each.by_customer]
    fields: dict[str, Any] = {
        "checks": len(checks),
        "customer_checks": len(by_customers),
        "first": checks[0] if checks else None,
        "first_by_customer": by_customers[0] if by_customers else None,
        "recent": checks,
    }
    return History(**(fields | changes))
