"""Tells customers by mail what became of their returns, as long as it is still so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.addresses.service import zone_of
from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.kernel.clock import Clock, local_day, to_text, zone_named
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import (
    EVIDENCE_REMINDER,
    EVIDENCE_WANTED,
    LABEL_EXPIRING,
    LABEL_READY,
    RETURN_ARRIVED,
    RETURN_CANCELLED,
    RETURN_DECLINED,
    RETURN_IN_REVIEW,
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
    Shown,
)
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.policy import Payer
from aftercare.returns.shown import in_order

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
    events.IN_REVIEW: _Notice(RETURN_IN_REVIEW, frozenset({ReturnStatus.IN_REVIEW})),
    events.EVIDENCE_WANTED: _Notice(EVIDENCE_WANTED, frozenset({ReturnStatus.NEEDS_EVIDENCE})),
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
_UNTIL_REPAID = {
    events.EVIDENCE_REMINDED,
    events.EVIDENCE_WANTED,
    events.LABEL_EXPIRING,
    events.ARRIVED,
    events.LAPSED,
}


# These mails say what was accepted as evidence.
_CONFIRMING = {events.CREATED, events.IN_REVIEW, events.LABEL_READY}


@dataclass(frozen=True, slots=True)
class ReturnNoticeService:
    """Notices as the mailer sends them."""

    store: "ReturnStore"
    orders: OrderService
    slots: Callable[[str], tuple[Evidence, ...]]
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
        if entry.entry_type in _CONFIRMING:
            everywhere |= _shown(in_order(ret, self.slots(ret.return_id)))
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
    of_entry = _VALUES.get(entry.entry_type)
    return of_entry(entry, ret, zone) if of_entry else {}


def _of_a_deadline(_: Entry, ret: Return, zone: ZoneInfo) -> Values:
    return {
        "is_draft": ret.is_draft,
        "photos": ret.photos_needed,
        "due": ret.evidence_due_at,
        "zone": zone,
    }


def _of_a_review(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    return {"look_by": ret.review.look_by if ret.review else None, **_left_out(ret)}


def _of_a_label(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    return {"payer": str(ret.payer or ""), "carrier": _carrier(ret), **_left_out(ret)}


def _of_a_request(entry: Entry, ret: Return, zone: ZoneInfo) -> Values | None:
    """A request that a later one has replaced is told by that one."""
    wanted = ret.review.wanted if ret.review else None
    if wanted is None or entry.data["due_at"] != to_text(wanted.due_at):
        return None
    kinds = tuple(map(str, wanted.kinds))
    return {"kinds": kinds, "words": wanted.words, "due": wanted.due_at, "zone": zone}


def _of_a_decline(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    return {"judged": any(line.judgement for line in ret.lines)}


def _of_a_parcel(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    number = ret.label.tracking_number if ret.label else ""
    return {"carrier": _carrier(ret), "tracking_number": number}


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


def _left_out(ret: Return) -> Values:
    more = max(0, len(ret.left_out) - _LISTED)
    return {"left_out": tuple(map(_item, ret.left_out[:_LISTED])), "more_left_out": more}


def _shown(slots: Iterable[Evidence]) -> Values:
    """What was accepted, with what the customer marked on each photo."""
    accepted = [slot for slot in slots if slot.state is EvidenceState.ACCEPTED]
    shown = tuple(
        Shown(number, slot.kind, tuple(" ".join(mark.text.split()) for mark in slot.marks))
        for number, slot in enumerate(accepted[:_LISTED], 1)
    )
    return {"shown": shown, "more_shown": max(0, len(accepted) - _LISTED)}


def _item(line: ReturnLine) -> Item:
    # A person's no is the reason that counts, as on the return's page; their yes breaks no rule.
    is_no = line.judgement is not None and not line.judgement.accepted
    rule = "" if is_no else next((str(verdict.rule) for verdict in line.refusals), "")
    decision = line.decision
    zone = zone_named(decision.zone) if decision and decision.zone else None
    name = " ".join(line.name.split())
    code, words = _judged(line)
    last_day = decision.last_day if decision else None
    return Item(line.units, name, rule, last_day, zone, code, words)


def _judged(line: ReturnLine) -> tuple[str, str]:
    """What somebody decided on the line; nothing where they gave what was asked, without a word."""
    judgement = line.judgement
    if judgement is None or (judgement.code is JudgementCode.AS_ASKED and not judgement.words):
        return "", ""
    return str(judgement.code), " ".join(judgement.words.split())


_VALUES: Mapping[str, Callable[[Entry, Return, ZoneInfo], Values | None]] = {
    events.CREATED: _of_a_deadline,
    events.DECLINED: _of_a_decline,
    events.EVIDENCE_REMINDED: _of_a_deadline,
    events.EVIDENCE_WANTED: _of_a_request,
    events.IN_REVIEW: _of_a_review,
    events.LABEL_READY: _of_a_label,
    events.IN_TRANSIT: _of_a_parcel,
    events.REFUNDED: _of_a_repayment,
}
