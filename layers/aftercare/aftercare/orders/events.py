"""The shop's order events, read strictly: an event we misread is worse than one we refuse."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from aftercare.kernel.address import Address
from aftercare.kernel.reading import FieldError, Occurrence, Text, convert
from aftercare.orders.errors import OrderEventInvalidError
from aftercare.orders.model import (
    OrderDelivered,
    OrderEvent,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderShipped,
    ProductKind,
    Purchase,
    Refund,
    is_order_number,
    normalised_email,
    normalised_order_number,
)

MOST_LINES = 50
MOST_UNITS = 1_000

OptionalText = Annotated[str, Meta(max_length=200, description="text of 200 characters at most")]
Units = Annotated[int, Meta(ge=1, le=MOST_UNITS)]
MinorUnits = Annotated[int, Meta(ge=0, description="a whole number, zero or more")]


class AddressDetail(Struct, frozen=True, kw_only=True):
    """Where an order goes."""

    name: Text
    line1: Text
    city: Text
    region: Text
    postal_code: Text
    country: Text
    line2: OptionalText | None = None

    def address(self) -> Address:
        return Address(
            name=self.name.strip(),
            line1=self.line1.strip(),
            city=self.city.strip(),
            region=self.region.strip(),
            postal_code=self.postal_code.strip(),
            country=self.country.strip(),
            line2=(self.line2 or "").strip(),
        )


class LineDetail(Struct, frozen=True, kw_only=True):
    """Units of one product; `unit_price` is in minor units of the order's currency."""

    line_id: Text
    sku: Text
    name: Text
    kind: ProductKind
    quantity: Units
    unit_price: MinorUnits
    opened_online: bool = False

    def line(self) -> OrderLine:
        return OrderLine(
            line_id=self.line_id.strip(),
            sku=self.sku.strip(),
            name=self.name.strip(),
            kind=self.kind,
            quantity=self.quantity,
            unit_price=self.unit_price,
            opened_online=self.opened_online,
        )


class RefundedLineDetail(Struct, frozen=True, kw_only=True):
    """Units of one line that were paid back."""

    line_id: Text
    quantity: Units


class OrderDetail(Occurrence, frozen=True, kw_only=True):
    """What each of the shop's order events has; `order.shipped` and `order.delivered` no more."""

    order_number: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_order_number(self.number):
            raise FieldError("order_number", "4 to 40 letters, digits and hyphens")

    @property
    def number(self) -> str:
        return normalised_order_number(self.order_number)


class PaidDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.paid`."""

    email: Text
    market: Text
    channel: Text
    currency: Text
    ship_to: AddressDetail
    lines: Annotated[tuple[LineDetail, ...], Meta(min_length=1, max_length=MOST_LINES)]

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_distinct(self.lines)


class RefundedDetail(OrderDetail, frozen=True, kw_only=True):
    """`order.refunded`; `ticket` is of the return that the refund settles, if any."""

    refund_id: Text
    lines: Annotated[tuple[RefundedLineDetail, ...], Meta(min_length=1, max_length=MOST_LINES)]
    ticket: OptionalText | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_distinct(self.lines)


DETAILS: Mapping[str, type[OrderDetail]] = {
    "order.paid": PaidDetail,
    "order.shipped": OrderDetail,
    "order.delivered": OrderDetail,
    "order.refunded": RefundedDetail,
}


def parse(event_type: str, detail: object) -> OrderEvent:
    """The order event in an EventBridge event's detail-type and detail.

    Raises:
        OrderEventInvalidError: The type is unknown, or a field is missing or not what it must be.
    """
    kind = DETAILS.get(event_type)
    if kind is None:
        raise OrderEventInvalidError(f"There is no order event of the type {event_type[:40]!r}.")
    event = convert(detail, kind, OrderEventInvalidError, "event")
    number, moment = event.number, event.moment
    match event:
        case PaidDetail():
            return OrderPaid(number, moment, _purchase(event))
        case RefundedDetail():
            refund_id = event.refund_id.strip()
            return OrderRefunded(number, moment, refund_id, _refund(event))
    milestone = OrderShipped if event_type == "order.shipped" else OrderDelivered
    return milestone(number, moment)


def _purchase(detail: PaidDetail) -> Purchase:
    return Purchase(
        email=normalised_email(detail.email),
        market=detail.market.strip(),
        channel=detail.channel.strip(),
        currency=detail.currency.strip(),
        ship_to=detail.ship_to.address(),
        lines=tuple(line.line() for line in detail.lines),
    )


def _refund(detail: RefundedDetail) -> Refund:
    units = {line.line_id.strip(): line.quantity for line in detail.lines}
    return Refund(units, (detail.ticket or "").strip())


def _require_distinct(lines: tuple[LineDetail | RefundedLineDetail, ...]) -> None:
    if len({line.line_id.strip() for line in lines}) < len(lines):
        raise FieldError("lines", "lines that each have an id of their own")
