"""Tells customers by mail what became of their returns, as long as it is still so."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.addresses.service import zone_of
from aftercare.kernel.clock import Clock, local_day, zone_named
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import (
    EVIDENCE_REMINDER,
    LABEL_EXPIRING,
    LABEL_READY,
    RETURN_ARRIVED,
    RETURN_CANCELLED,
    RETURN_DECLINED,
    RETURN_IN_TRANSIT,
    RETURN_LAPSED,
    RETURN_RECEIVED,
    RETURN_REFUNDED,
    RETURN_REOPENED,
    Item,
    Kind,
    Mail,
    Outcome,
    Send,
)
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.policy import Payer

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore

# A mail lists so many lines of a return, and counts the others.
_LISTED = 12

type Values = dict[str, object]


class _Notice(NamedTuple):
    """A mail, and the states of a return in which what it says is so."""

    kind: Kind
    statuses: frozenset[ReturnStatus]


_NOTICES = {
    events.CREATED: _Notice(
        RETURN_RECEIVED,
        frozenset({ReturnStatus.DRAFT, ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}),
    ),
    events.EVIDENCE_REMINDED: _Notice(EVIDENCE_REMINDER, frozenset({ReturnStatus.DRAFT})),
    events.LABEL_READY: _Notice(LABEL_READY, frozenset({ReturnStatus.LABEL_READY})),
    events.LABEL_EXPIRING: _Notice(LABEL_EXPIRING, frozenset({ReturnStatus.LABEL_READY})),
    events.IN_TRANSIT: _Notice(RETURN_IN_TRANSIT, frozenset({ReturnStatus.IN_TRANSIT})),
    # The scan that reopened it moves it on at once.
    events.REOPENED: _Notice(
        RETURN_REOPENED,
        frozenset({ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED}),
    ),
    events.ARRIVED: _Notice(RETURN_ARRIVED, frozenset({ReturnStatus.ARRIVED})),
    events.DECLINED: _Notice(RETURN_DECLINED, frozenset({ReturnStatus.DECLINED})),
    events.CANCELLED: _Notice(RETURN_CANCELLED, frozenset({ReturnStatus.CANCELLED})),
    events.LAPSED: _Notice(RETURN_LAPSED, frozenset({ReturnStatus.LAPSED})),
    # What was paid back stays so, whatever becomes of the return.
    events.REFUNDED: _Notice(RETURN_REFUNDED, frozenset(ReturnStatus)),
}

# Who has the money back is not asked for anything, and does not wait for anything.
_UNTIL_REPAID = {events.EVIDENCE_REMINDED, events.LABEL_EXPIRING, events.ARRIVED, events.LAPSED}


@dataclass(frozen=True, slots=True)
class ReturnNoticeService:
    """Notices as the mailer sends them."""

    store: "ReturnStore"
    orders: OrderService
    clock: Clock

    def notify(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells the customer what an entry of their return says, in the return's language.

        None if nobody is told: the return has gone on, so that it is no longer so and a later
        entry says what is (R-EML-07), or is not there. One entry is one mail.

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        notice, stored = _NOTICES[entry.entry_type], self.store.get(entry.subject)
        ret = stored.as_of(self.clock()) if stored else None
        if ret is None or ret.status not in notice.statuses:
            return None
        purchase = self.orders.get(ret.order_number).purchase
        if purchase is None:
            return None
        zone = zone_of(purchase.ship_to, purchase.market)
        values = _values(entry, ret, zone)
        if values is None:
            return None
        everywhere = {"ticket": ret.ticket, "return_id": ret.return_id, **_listed(ret.lines)}
        mail = Mail(
            notice.kind,
            entry.entry_id,
            purchase.email,
            everywhere | values,
            language=ret.language,
            thread=ret.ticket,
        )
        return send(mail)


def _values(entry: Entry, ret: Return, zone: ZoneInfo) -> Values | None:
    """What the entry's mail says of the return beyond its lines; None if it is no longer so."""
    if ret.repayment and entry.entry_type in _UNTIL_REPAID:
        return None
    match entry.entry_type:
        case events.CREATED | events.EVIDENCE_REMINDED:
            return _of_a_deadline(ret, zone)
        case events.LABEL_READY:
            left_out = tuple(map(_item, ret.left_out[:_LISTED]))
            more = max(0, len(ret.left_out) - _LISTED)
            payer = str(ret.payer or "")
            return {
                "payer": payer,
                "carrier": _carrier(ret),
                "left_out": left_out,
                "more_left_out": more,
            }
        case events.IN_TRANSIT:
            number = ret.label.tracking_number if ret.label else ""
            return {"carrier": _carrier(ret), "tracking_number": number}
        case events.REFUNDED:
            return _of_a_repayment(entry, ret, zone)
        case _:
            return {}


def _of_a_deadline(ret: Return, zone: ZoneInfo) -> Values:
    return {
        "is_draft": ret.is_draft,
        "photos": ret.photos_needed,
        "due": ret.evidence_due_at,
        "zone": zone,
    }


def _of_a_repayment(entry: Entry, ret: Return, zone: ZoneInfo) -> Values | None:
    """A refund that the shop corrected or added to since then is told by a later entry."""
    paid = ret.repayment
    if paid is None or (entry.data["amount"], entry.data["currency"]) != (
        str(paid.amount),
        paid.currency,
    ):
        return None
    day = local_day(paid.repaid_at, zone)
    return {"amount": paid.amount, "currency": paid.currency, "day": day}


def _carrier(ret: Return) -> str:
    """Who moves the parcel; empty where the customer chooses."""
    return ret.label.carrier if ret.label and ret.payer is not Payer.BUYER else ""


def _listed(lines: tuple[ReturnLine, ...]) -> Values:
    items = tuple(map(_item, lines[:_LISTED]))
    return {"items": items, "more": max(0, len(lines) - _LISTED)}


def _item(line: ReturnLine) -> Item:
    rule = next((str(verdict.rule) for verdict in line.refusals), "")
    decision = line.decision
    zone = zone_named(decision.zone) if decision and decision.zone else None
    name = " ".join(line.name.split())
    return Item(line.units, name, rule, decision.last_day if decision else None, zone)
