"""The stored documents of an order: JSON without defaults, read tolerantly by older versions."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aftercare.kernel.address import Address
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import from_fields, to_fields
from aftercare.orders.deliveries import Deliveries, Delivery
from aftercare.orders.facts import (
    Cancellation,
    OrderLine,
    Parcel,
    ProductKind,
    Purchase,
    Quarantined,
    Refund,
    RefundFailure,
    Stamp,
    Unread,
)

type Document = dict[str, Any]

_DIGEST_LENGTH = 16

_KINDS = {kind.value: kind for kind in ProductKind}
_LINE_DATES = frozenset({"preorder_ships_at"})
_FAILURE_DATES = frozenset({"failed_at"})
_REFUND_DATES = frozenset({"refunded_at"})
_CANCELLATION_DATES = frozenset({"cancelled_at"})
_PARCEL_DATES = frozenset({"shipped_at", "delivered_at"})
_UNREAD_DATES = frozenset({"occurred_at", "recorded_at", "mended_at"})


def purchase_text(purchase: Purchase) -> str:
    document = to_fields(purchase)
    # Earlier versions need each part of the address that they know.
    document |= {"ship_to": asdict(purchase.ship_to), "lines": [*map(_line, purchase.lines)]}
    return _text(document)


def purchase_from(text: str) -> Purchase:
    document = json.loads(text)
    ship_to = from_fields(Address, document["ship_to"])
    lines = tuple(map(_line_from, document["lines"]))
    return from_fields(Purchase, {**document, "ship_to": ship_to, "lines": lines})


def digest_of(purchase: Purchase) -> str:
    """The same for the same content in every version of this code that knows its fields."""
    return hashlib.sha256(purchase_text(purchase).encode()).hexdigest()[:_DIGEST_LENGTH]


def carried_text(carried: Mapping[str, Stamp]) -> str:
    return _text(carried)


def carried_from(text: str) -> dict[str, Stamp]:
    return {
        part: (from_text(moment), digest) for part, (moment, digest) in json.loads(text).items()
    }


def refunds_text(refunds: Mapping[str, Refund]) -> str:
    return _text({refund_id: to_fields(refund) for refund_id, refund in refunds.items()})


def refunds_from(text: str) -> dict[str, Refund]:
    return {
        refund_id: from_fields(Refund, _dated(refund, _REFUND_DATES))
        for refund_id, refund in json.loads(text).items()
    }


def failures_text(failures: Mapping[str, RefundFailure]) -> str:
    return _text({key: to_fields(each) for key, each in failures.items()})


def failures_from(text: str) -> dict[str, RefundFailure]:
    return {
        key: from_fields(RefundFailure, _dated(each, _FAILURE_DATES))
        for key, each in json.loads(text).items()
    }


def cancellations_text(cancellations: Mapping[str, Cancellation]) -> str:
    return _text({key: to_fields(each) for key, each in cancellations.items()})


def cancellations_from(text: str) -> dict[str, Cancellation]:
    return {
        key: from_fields(Cancellation, _dated(each, _CANCELLATION_DATES))
        for key, each in json.loads(text).items()
    }


def parcels_text(parcels: Mapping[str, Parcel]) -> str:
    return _text({key: to_fields(parcel) for key, parcel in parcels.items()})


def parcels_from(text: str) -> dict[str, Parcel]:
    return {key: _parcel_from(parcel) for key, parcel in json.loads(text).items()}


def kept_text(kept: Deliveries) -> str:
    return _text(kept)


def kept_from(text: str) -> dict[str, tuple[Delivery, ...]]:
    return {
        line_id: tuple(Delivery(from_text(moment), units) for moment, units in deliveries)
        for line_id, deliveries in json.loads(text).items()
    }


def unread_text(unread: tuple[Unread, ...]) -> str:
    return _text([*map(to_fields, unread)])


def unread_from(text: str) -> tuple[Unread, ...]:
    return tuple(from_fields(Unread, _dated(each, _UNREAD_DATES)) for each in json.loads(text))


def quarantined_text(quarantined: tuple[Quarantined, ...]) -> str:
    return _text([*map(to_fields, quarantined)])


def quarantined_from(text: str) -> tuple[Quarantined, ...]:
    return tuple(from_fields(Quarantined, _dated(each, _UNREAD_DATES)) for each in json.loads(text))


def _line(line: OrderLine) -> Document:
    document = to_fields(line)
    if line.kind is ProductKind.UNKNOWN:
        # Earlier versions read the kind with the most careful rules; we read the shop's word.
        document |= {"kind": line.rule_kind, "kind_text": line.kind_text}
    return document


def _line_from(document: Document) -> OrderLine:
    word = document.get("kind_text")
    kind = ProductKind(document["kind"]) if word is None else _KINDS.get(word, ProductKind.UNKNOWN)
    text = word if word and kind is ProductKind.UNKNOWN else ""
    stated = {"kind": kind, "kind_text": text, "serials": tuple(document.get("serials", ()))}
    return from_fields(OrderLine, _dated(document, _LINE_DATES) | stated)


def _parcel_from(document: Document) -> Parcel:
    named_at = {name: from_text(text) for name, text in document.get("named_at", {}).items()}
    return from_fields(Parcel, _dated(document, _PARCEL_DATES) | {"named_at": named_at})


def _dated(document: Document, names: frozenset[str]) -> Document:
    """The document with its instants read."""
    return {
        name: from_text(value) if name in names and value else value
        for name, value in document.items()
    }


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_instant)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return to_text(value)
    raise TypeError(type(value).__name__)
