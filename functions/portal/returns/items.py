"""View models of an order's items: which may come back, until when, and why not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, OrderLine, ProductKind
from aftercare.orders.money import money_of
from aftercare.returns.model import ChosenLine, Return
from aftercare.returns.outlook import LineOutlook
from aftercare.words.service import Words
from portal.returns import days, words
from portal.returns.pictures import picture_of

# An order with more items has a field to search them.
_MANY = 8


class Row(NamedTuple):
    """One item of an order: where it leads, and what can be done with it."""

    href: str
    name: str
    kind: str
    picture: str
    text: str


class Rows(NamedTuple):
    """Items of which the same is to be said: so it is said once, and a long order stays short."""

    title: str
    rows: list[Row]
    chosen: bool = False


class Started(NamedTuple):
    """The draft that an order has already."""

    ticket: str
    due: str
    href: str
    another: str


class Place(NamedTuple):
    """Where a choice is made: an order, and the return that it goes into.

    `named` says that the page's address names the return: it is not the order's only draft.
    `ended` says that it is no draft any more.
    """

    base: str
    order: Order
    return_id: str
    draft: Return | None = None
    named: bool = False
    ended: bool = False
    check: str = ""

    def path(self, line_id: str = "") -> str:
        """The path of the order's page, or of an item's, within the application."""
        names = {
            "line": line_id,
            "return": self.return_id if self.named else "",
            "check": self.check,
        }
        query = urlencode({name: value for name, value in names.items() if value})
        page = f"/orders/{self.order.order_number}{'/item' if line_id else ''}"
        return f"{page}?{query}" if query else page


def removed(place: Place) -> Iterator[tuple[OrderLine, LineOutlook]]:
    """The lines of the draft that an edit took out of the order; nothing of them may come back."""
    bought = {line.line_id for line in place.order.lines}
    for line in place.draft.lines if place.draft else ():
        if line.line_id not in bought:
            gone = OrderLine(line.line_id, line.sku, line.name, ProductKind.FIGURE, 0, 0)
            yield gone, LineOutlook(line.line_id, 0, {})


def order_items(w: Words, place: Place, outlooks: Sequence[LineOutlook]) -> dict[str, object]:
    """The items of an order's page: those that may come back, and the others."""
    lines = {line.line_id: line for line in place.order.lines}
    chosen = place.draft.choice if place.draft else {}
    mine: list[Row] = []
    opened: dict[str, list[Row]] = defaultdict(list)
    closed: dict[str, list[Row]] = defaultdict(list)
    for outlook in outlooks:
        line, said = lines[outlook.line_id], chosen.get(outlook.line_id)
        if said:
            mine.append(_row(place, line, _said(w, said), leads_on=True))
            continue
        leads_on = outlook.returnable > 0
        row = _row(place, line, quantities_text(w, line, outlook), leads_on=leads_on)
        (opened if leads_on else closed)[words.best_outlook(w, outlook)].append(row)
    first = [Rows(w.text("choosing.page.in_return"), mine, chosen=True)] if mine else []
    return {
        "open_groups": [*first, *(Rows(title, rows) for title, rows in opened.items())],
        "closed_groups": [Rows(title, rows) for title, rows in closed.items()],
        "searchable": len(outlooks) > _MANY,
    }


def sold_elsewhere(w: Words, place: Place, why: str) -> dict[str, object]:
    """The items of an order that is returned where it was bought."""
    rows = [
        _row(place, line, w.text("choosing.page.ordered", quantity=w.number(line.quantity)))
        for line in place.order.lines
    ]
    return {"open_groups": [], "closed_groups": [Rows(why, rows)], "searchable": False}


def started(w: Words, place: Place, now: datetime) -> Started | None:
    """The draft that can be continued; none if there is none.

    The way to another return has an id already: however often it is loaded, it makes one.
    """
    draft = place.draft
    if draft is None:
        return None
    return Started(
        draft.ticket,
        due_of(w, draft, days.zone_of_return(draft, place.order)),
        f"{place.base}/returns/{draft.return_id}",
        f"{place.base}/orders/{place.order.order_number}?return={new_id('ret', now)}",
    )


def due_of(w: Words, draft: Return, zone: ZoneInfo | None) -> str:
    """When a draft's photos are due, on the customer's own clock."""
    return w.moment(draft.evidence_due_at, "long", zone) if draft.evidence_due_at else ""


def _row(place: Place, line: OrderLine, text: str, *, leads_on: bool = False) -> Row:
    href = f"{place.base}{place.path(line.line_id)}" if leads_on else ""
    return Row(href, line.name, line.kind, picture_of(line), text)


def quantities_text(w: Words, line: OrderLine, outlook: LineOutlook) -> str:
    some = 0 < outlook.returnable < line.quantity
    return w.text(
        "choosing.page.ordered_and_left" if some else "choosing.page.ordered",
        quantity=w.number(line.quantity),
        available=w.number(outlook.returnable),
    )


def _said(w: Words, chosen: ChosenLine) -> str:
    quantity = w.number(chosen.units)
    if chosen.reason is None:
        return w.text("choosing.page.chosen_without_reason", quantity=quantity)
    reason = w.text(f"returns.reason.{chosen.reason}")
    return w.text("choosing.page.chosen", quantity=quantity, reason=reason)


def facts_of(w: Words, order: Order, line: OrderLine, outlook: LineOutlook) -> str:
    """Kind, SKU, units and price; a list, not a sentence."""
    if line.quantity == 0:  # an edit took it out of the order
        return line.sku
    currency = order.purchase.currency if order.purchase else ""
    paid = next(each.paid for each in money_of(order).lines if each.line_id == line.line_id)
    facts = (
        w.text(f"orders.kind.{line.kind}"),
        line.sku,
        quantities_text(w, line, outlook),
        w.text("choosing.page.paid", amount=w.money(paid, currency)),
    )
    return " · ".join(facts)
