"""The shop's order events as docs/events.md describes them to the shop's engineers.

Where an event breaks its contract, `fallbacks` says what to read instead (R-ORD-06): a part with
neither a fallback nor a default makes its line unreadable, never its event.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from aftercare.kernel.partial import LOST, Fallback
from aftercare.kernel.reading import FieldError, Moment, Occurrence, Text, Timed
from aftercare.kernel.typed import whole_number
from aftercare.orders.model import is_order_number, normalised_order_number

_LONGEST = 200
_LONGEST_EMAIL = 320

OptionalText = Annotated[
    str, Meta(max_length=_LONGEST, description=f"text of {_LONGEST} characters at most")
]
Email = Annotated[
    str, Meta(pattern="@", max_length=_LONGEST_EMAIL, description="an e-mail address")
]
Currency = Annotated[
    str, Meta(pattern=r"^\s*[A-Za-z]{3}\s*$", description="a currency's three letters, as in USD")
]
Country = Annotated[
    str, Meta(pattern=r"^\s*[A-Za-z]{2}\s*$", description="a country's two letters, as in US")
]
Link = Annotated[
    str, Meta(pattern="^https://", max_length=2000, description="a link that begins with https://")
]
# More digits than any shop needs, and far fewer than a table's number has (38).
_MOST = 10**18
Units = Annotated[
    int, Meta(ge=0, le=_MOST, description="a whole number of units, from zero to 10^18")
]
MinorUnits = Annotated[int, Meta(ge=0, le=_MOST, description="a whole number, from zero to 10^18")]
Signed = Annotated[int, Meta(ge=-_MOST, le=_MOST, description="a whole number, of 10^18 at most")]


def _cut(part: object) -> str:
    return part[:_LONGEST] if isinstance(part, str) and part.strip() else ""


def _id(part: object) -> object:
    """An id that is too long for a key is known by its digest."""
    if isinstance(part, str) and len(part.strip()) > _LONGEST:
        return f"sha256-{hashlib.sha256(part.strip().encode(errors='replace')).hexdigest()}"
    return LOST


def _id_or(missing: str | None) -> Fallback:
    def fallback(part: object) -> object:
        found = _id(part)
        return missing if found is LOST else found

    return fallback


def _count_or(missing: object, *, sign: str = "") -> Fallback:
    """A number of units in quotation marks can mean nothing else; an amount could be decimal."""

    def fallback(part: object) -> object:
        text = part.strip().removeprefix(sign) if isinstance(part, str) else ""
        count = whole_number(text, _MOST - 1)
        return missing if count is None else count

    return fallback


def _word(part: object) -> str:
    return part[:_LONGEST] if isinstance(part, str) else ""


def _as(value: object) -> Fallback:
    return lambda _: value


class AddressDetail(Struct, frozen=True, kw_only=True):
    """Where an order goes: which parts it has is the country's business."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "name": _cut,
        "line1": _cut,
        "line2": _cut,
        "city": _cut,
        "region": _cut,
        "postal_code": _cut,
        "country": _as(""),
    }

    country: Country
    name: OptionalText | None = None
    line1: OptionalText | None = None
    line2: OptionalText | None = None
    city: OptionalText | None = None
    region: OptionalText | None = None
    postal_code: OptionalText | None = None


class LineDetail(Timed, frozen=True, kw_only=True):
    """Units of one product. Amounts are in minor units of the order's currency."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "line_id": _id,
        "sku": _cut,
        "name": _cut,
        "kind": _word,
        "quantity": _count_or(LOST),
        "unit_price": _as(0),
        "opened_online": _as(True),  # the most careful rule (R-RET-04)
        "gtin": _cut,
        "batch_code": _cut,
    }

    line_id: Text
    sku: Text
    name: Text
    kind: Literal["figure", "blind_box", "pop_now"]
    quantity: Units
    unit_price: MinorUnits
    opened_online: bool = False
    discount: Annotated[MinorUnits | None, Meta(title="of the whole line")] = None
    tax: Annotated[MinorUnits | None, Meta(title="of the whole line")] = None
    net: Annotated[MinorUnits | None, Meta(title="of the whole line, after discounts")] = None
    gtin: OptionalText | None = None
    batch_code: OptionalText | None = None
    serials: tuple[Text, ...] = ()
    image_url: Link | None = None
    set_size: Annotated[int, Meta(ge=1)] | None = None
    preorder_ships_at: Moment | None = None


class UnitsDetail(Struct, frozen=True, kw_only=True):
    """Units of one line; without a quantity, all of its units that nothing else names."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {"line_id": _id, "quantity": _count_or(LOST)}

    line_id: Text
    quantity: Units | None = None


class PackedDetail(UnitsDetail, frozen=True, kw_only=True):
    """Units of one line in a parcel: the line is in it, even if nobody can read how often."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {"line_id": _id, "quantity": _count_or(None)}


class RefundedLineDetail(Struct, frozen=True, kw_only=True):
    """What was paid back for one line: units, an amount or both. The sign does not matter."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "line_id": _id,
        "quantity": _count_or(None, sign="-"),
    }

    line_id: Text
    quantity: Annotated[Signed | None, Meta(title="units that were paid back")] = None
    amount: Annotated[Signed | None, Meta(title="paid back for the line")] = None


class OrderDetail(Occurrence, frozen=True, kw_only=True):
    """What each of the shop's order events has. An event without them is malformed."""

    order_number: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_order_number(self.number):
            raise FieldError("order_number", "4 to 40 letters, digits and hyphens")

    @property
    def number(self) -> str:
        return normalised_order_number(self.order_number)


class PaidDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.paid`: everything that was bought, each time. A newer one replaces an older one."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "email": _as(""),
        "market": _cut,
        "channel": _cut,
        "currency": _as(""),
        "ship_to": _as(None),
        "lines": _as(()),
    }

    email: Email
    market: Text
    channel: Text
    currency: Currency
    lines: Annotated[tuple[LineDetail, ...], Meta(min_length=1)]
    ship_to: AddressDetail | None = None
    shipping: MinorUnits | None = None
    shipping_tax: MinorUnits | None = None
    total: Annotated[MinorUnits | None, Meta(title="what was paid in all")] = None
    price_includes_tax: bool | None = None


class ParcelDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.shipped` and `order.delivered`, of one parcel.

    Without lines: all lines that are in no other parcel. `ticket` is of the return for which the
    parcel brings a replacement, if any.
    """

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "parcel_id": _id_or(None),
        "tracking_number": _id_or(None),
        "carrier": _cut,
        "ticket": _cut,
    }

    parcel_id: Text | None = None
    carrier: OptionalText | None = None
    tracking_number: Text | None = None
    lines: tuple[PackedDetail, ...] | None = None
    ticket: OptionalText | None = None


class RefundedDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.refunded`; `ticket` is of the return that the refund settles, if any."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {"refund_id": _id_or("")}

    refund_id: Text
    lines: tuple[RefundedLineDetail, ...] = ()
    shipping: Annotated[Signed | None, Meta(title="shipping that was paid back")] = None
    fee: Annotated[Signed | None, Meta(title="what the shop kept")] = None
    amount: Annotated[Signed | None, Meta(title="what was paid back in all")] = None
    ticket: OptionalText | None = None


class RefundFailedDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.refund_failed`: the shop could not, or would not, pay a return's refund."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "ticket": _cut,
        "settlement_id": _cut,
        "reason": _cut,
    }

    ticket: Text
    settlement_id: OptionalText | None = None
    reason: OptionalText | None = None


class CancelledDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.cancelled`; without lines, the whole order."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "cancellation_id": _id_or(None),
        "lines": _as(()),
    }

    cancellation_id: Text | None = None
    lines: tuple[UnitsDetail, ...] | None = None


DETAILS: Mapping[str, type[OrderDetail]] = {
    "order.paid": PaidDetail,
    "order.shipped": ParcelDetail,
    "order.delivered": ParcelDetail,
    "order.refunded": RefundedDetail,
    "order.refund_failed": RefundFailedDetail,
    "order.cancelled": CancelledDetail,
}
