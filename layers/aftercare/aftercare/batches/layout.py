"""How a batch stands in its item, for the stores that read it."""

import json
from collections.abc import Mapping
from typing import Any

from aftercare.batches.model import Batch, BatchStatus, batch_id_of
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text

BATCHES = "BATCHES"
KEY = "KEY#"


def batch_from(columns: Mapping[str, Any]) -> Batch:
    """The batch in an item's columns."""
    key_id, first_serial = _start(columns["sk"])
    return Batch(
        batch_id=batch_id_in(columns["sk"]),
        sku=columns["sku"],
        product=columns["product"],
        gtin=columns.get("gtin") or "",
        batch_code=columns.get("batch_code") or "",
        factory=columns.get("factory") or "",
        key_id=key_id,
        first_serial=first_serial,
        count=int(columns["codes"]),
        status=_status(columns["status"]),
        known_issue=json.loads(columns.get("known_issue") or "{}"),
        remedy=json.loads(columns.get("remedy") or "{}"),
        created_at=from_text(columns["created_at"]),
        changed_at=from_text(columns["changed_at"]),
        version=int(columns["version"]),
        changed_by=Actor(columns.get("changed_by") or UNKNOWN),
        picture=columns.get("picture") or "",
    )


def batch_id_in(sk: str) -> str:
    """The id of the batch whose item has that sort key."""
    return batch_id_of(*_start(sk))


def _start(sk: str) -> tuple[int, int]:
    key_id, first_serial = map(int, sk.split("#"))
    return key_id, first_serial


def _status(text: str) -> BatchStatus:
    """A newer version's status reads as restricted: no check then vouches for the code."""
    return BatchStatus(text) if text in set(BatchStatus) else BatchStatus.RESTRICTED
