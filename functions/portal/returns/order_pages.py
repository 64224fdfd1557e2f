"""View models of the orders' pages: the list of orders, and the choice of what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.orders.model import Order, OrderLine
from aftercare.returns.model import LineOutlook, Reason, Return
from aftercare.returns.policy import Cause, Decision
from aftercare.words.service import Words
from portal.returns import words


@dataclass(frozen=True, slots=True)
class Item:
    """A product and its quantity."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ReturnLink:
    """A return, as its order shows it."""

    href: str
    ticket: str
    status: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order in the list of orders."""

    number: str
    href: str
    placed_on: str
    status: str
    lines: list[Item]
    returns: list[ReturnLink]


@dataclass(frozen=True, slots=True)
class OrderHead:
    """An order, on its own page."""

    number: str
    placed_on: str
    delivered_on: str
    status: str


@dataclass(frozen=True, slots=True)
class Option:
    """Whether a line may come back for one cause, and why or why not."""

    title: str
    allowed: bool
    text: str


@dataclass(frozen=True, slots=True)
class LineChoice:
    """One line to choose units of."""

    line_id: str
    name: str
    sku: str
    kind: str
    ordered: int
    available: int
    options: list[Option]
    selectable: bool
    chosen: int


@dataclass(frozen=True, slots=True)
class ReasonChoice:
    """One reason to tick."""

    value: str
    label: str
    group: str
    selected: bool


def order_card(w: Words, base: str, order: Order, returns: Sequence[Return]) -> OrderCard:
    return OrderCard(
        number=order.order_number,
        href=f"{base}/orders/{order.order_number}",
        placed_on=_day(w, order.paid_at),
        status=w.text(f"returns.order_status.{order.status}"),
        lines=[Item(line.name, line.quantity) for line in order.lines],
        returns=[
            ReturnLink(
                f"{base}/returns/{ret.return_id}",
                ret.ticket,
                w.text(f"returns.status.{ret.status}"),
            )
            for ret in returns
            if ret.order_number == order.order_number
        ],
    )


def order_head(w: Words, order: Order) -> OrderHead:
    status = w.text(f"returns.order_status.{order.status}")
    return OrderHead(
        order.order_number, _day(w, order.paid_at), _day(w, order.delivered_at), status
    )


def line_choices(
    w: Words, order: Order, outlooks: Sequence[LineOutlook], form: Mapping[str, str]
) -> list[LineChoice]:
    lines = {line.line_id: line for line in order.lines}
    return [_choice(w, lines[outlook.line_id], outlook, form) for outlook in outlooks]


def _choice(w: Words, line: OrderLine, outlook: LineOutlook, form: Mapping[str, str]) -> LineChoice:
    options = [_option(w, cause, decision) for cause, decision in outlook.decisions.items()]
    return LineChoice(
        line_id=line.line_id,
        name=line.name,
        sku=line.sku,
        kind=line.kind,
        ordered=line.quantity,
        available=max(outlook.available, 0),
        options=options,
        selectable=outlook.available > 0 and any(option.allowed for option in options),
        chosen=_chosen(form, line.line_id),
    )


def _option(w: Words, cause: Cause, decision: Decision) -> Option:
    return Option(
        w.text(f"returns.cause.{cause}"), not decision.refusals, words.outlook(w, decision)
    )


def _chosen(form: Mapping[str, str], line_id: str) -> int:
    typed = form.get(f"units-{line_id}", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0  # noqa: PLR2004


def reason_choices(w: Words, selected: str) -> list[ReasonChoice]:
    return [
        ReasonChoice(
            reason,
            w.text(f"returns.reason.{reason}"),
            w.text(f"returns.reason_group.{reason.cause}"),
            reason == selected,
        )
        for reason in Reason
    ]


def _day(w: Words, value: datetime | None) -> str:
    return w.day(value.date()) if value else ""
