"""Batches, keys, codes and checks, with fixed defaults."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.authenticity.codes import Code, issue
from aftercare.authenticity.keys import KeyRing, parse
from aftercare.authenticity.model import Audience, Check, History
from aftercare.batches.model import Batch, BatchStatus, Changes, batch_id_of
from aftercare.batches.service import BatchBook
from aftercare.kernel.clock import Clock

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


def ring(clock: Clock) -> KeyRing:
    return KeyRing(lambda: KEYS_TEXT, clock)


def book(clock: Clock, *batches: Batch) -> BatchBook:
    return BatchBook(lambda _since: Changes(batches), clock)


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
