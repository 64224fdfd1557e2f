"""Tells customers by mail what became of their returns, as long as it is still so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aftercare.addresses.service import zone_of
from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.kernel.clock import Clock, local_day, to_text, zone_named
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import parcel_in
from aftercare.labels.model import shown_ticket
from aftercare.mail.model import Item, Mail, Outcome, Send, Shown
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import ACCEPTING
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.notice_kinds import NOTICES, UNTIL_REPAID
from aftercare.returns.parcel_labels import label_ends, label_of, used
from aftercare.returns.policy import Remedy
from aftercare.returns.promise_rules import rules_on
from aftercare.returns.settlement import deducted_from, in_credit
from aftercare.returns.shown import in_order

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore

# A mail lists so many lines of a return, and counts the others.
_LISTED = 12

type Values = dict[str, object]


_REFUSALS = frozenset(JudgementCode) - ACCEPTING
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
        notice, stored = NOTICES[entry.entry_type], self.store.get(entry.subject)
        ret = stored.as_of(self.clock()) if stored else None
        if ret is None or ret.status not in notice.statuses:
            return None
        purchase = self.orders.get(ret.order_number).purchase
        if purchase is None or not purchase.email:  # nobody knows it, or its buyer was erased
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
    if ret.repayment and entry.entry_type in UNTIL_REPAID:
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
    who = {"payer": str(ret.payer or ""), "carrier": _carrier(ret)}
    return {**who, "deduction": ret.agreed_deduction, "transit": _transit(ret), **_left_out(ret)}


def _of_a_request(entry: Entry, ret: Return, zone: ZoneInfo) -> Values | None:
    """A request that a later one has replaced is told by that one."""
    wanted = ret.review.wanted if ret.review else None
    if wanted is None or entry.data["due_at"] != to_text(wanted.due_at):
        return None
    kinds = tuple(map(str, wanted.kinds))
    return {"kinds": kinds, "words": wanted.words, "due": wanted.due_at, "zone": zone}


def _of_a_withdrawal(_: Entry, ret: Return, __: ZoneInfo) -> Values | None:
    """Who was asked again since then is told by that request's mail."""
    review = ret.review
    if review is None or review.wanted:
        return None
    return {"look_by": review.look_by}


def _of_goods(entry: Entry, ret: Return, _: ZoneInfo) -> Values:
    """What was sent: another item, the repaired one, or a new one, as of entries of before."""
    asked = {each.settlement_id: each.remedy for each in ret.settlements if each.brings_goods}
    remedy = asked.get(entry.data.get("settlement_id", ""), Remedy.REPLACEMENT)
    return {"remedy": str(remedy)}


def _of_a_decline(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    return {"judged": any(line.judgement for line in ret.lines)}


def _of_a_parcel(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    """The parcel that is on its way: the first one, of several that of which a scan is known."""
    label = label_of(ret, min(used(ret), default=1))
    number = label.tracking_number if label else ""
    return {"carrier": _carrier(ret), "tracking_number": number, "transit": _transit(ret)}


def _of_a_later_label(entry: Entry, ret: Return, zone: ZoneInfo) -> Values | None:
    """A label that was voided, or that was lost and comes again, is not told of."""
    parcel = parcel_in(entry)
    label, ends = label_of(ret, parcel), label_ends(ret).get(parcel)
    if label is None or ends is None or parcel in ret.ways:
        return None
    return {
        "parcel": parcel,
        "mark": shown_ticket(ret.ticket, parcel),
        "carrier": label.carrier,
        "day": local_day(ends, zone),
        "deduction": ret.agreed_deduction,
    }


def _transit(ret: Return) -> tuple[int, int] | None:
    """The least and the most business days across a border; none of a parcel that crosses none."""
    if ret.label is None or ret.labelled_at is None or not ret.label.crosses_border:
        return None
    days = rules_on(ret.labelled_at.date()).abroad
    return days.at_least, days.at_most


def _of_a_repayment(entry: Entry, ret: Return, zone: ZoneInfo) -> Values | None:
    """A refund that the shop corrected or added to since then is told by a later entry."""
    paid = ret.repayment
    if paid is None or (entry.data["amount"], entry.data["currency"]) != (
        str(paid.amount),
        paid.currency,
    ):
        return None
    return {
        "amount": paid.amount,
        "currency": paid.currency,
        "day": local_day(paid.repaid_at, zone),
        "credit": in_credit(ret.settlements),
        "deduction": deducted_from(ret.settlements),
    }


def _of_an_arrival(entry: Entry, ret: Return, _: ZoneInfo) -> Values | None:
    """The first news of the arrival is told; a receipt after it is not."""
    if entry.entry_type == events.RECEIVED and entry.occurred_at != ret.arrived_at:
        return None
    return _promised(entry, ret)


def _of_a_counter(entry: Entry, ret: Return, _: ZoneInfo) -> Values | None:
    """What a store did. Of what the shop sends, its parcel tells."""
    exchanged = entry.entry_type == events.REPLACEMENT_REQUESTED
    if exchanged and not entry.data.get("handed_over"):
        return None
    return {"exchanged": exchanged, **_promised(entry, ret)}


def _of_an_inspection(entry: Entry, ret: Return, _: ZoneInfo) -> Values:
    taken = [line.inspection.accepted if line.inspection else 0 for line in ret.lines]
    refused = any(count < line.units for count, line in zip(taken, ret.lines, strict=True))
    return {"taken": sum(taken), "refused": refused, **_found(ret), **_promised(entry, ret)}


def _of_an_end(_: Entry, ret: Return, __: ZoneInfo) -> Values:
    return _found(ret)


def _found(ret: Return) -> Values:
    """The items with what was found of each, in the place of what was decided before."""
    return {"items": tuple(map(_found_item, ret.lines[:_LISTED]))}


def _found_item(line: ReturnLine) -> Item:
    name, found = " ".join(line.name.split()), line.inspection
    if found is None:
        return Item(line.units, name)
    code = found.code if found.code in _REFUSALS else "declined"
    if (
        line.receipt and found.accepted >= line.present
    ):  # the others did not come: nothing of them was refused
        code = ""
    words = " ".join(found.words.split())
    return Item(line.units, name, judgement=code, words=words, taken=found.accepted)


def _promised(entry: Entry, ret: Return) -> Values:
    """The promised days, and which of them were still to come when that happened (R-REF-04)."""
    promise = ret.promise
    if promise is None:
        return {"first": None, "last": None, "promised": ""}
    today, promised = local_day(entry.occurred_at, zone_named(promise.zone)), "by"
    if promise.broken or today > promise.last:
        promised = "late"
    elif today > promise.first:
        promised = "latest"
    return {"first": promise.first, "last": promise.last, "promised": promised}


def _carrier(ret: Return) -> str:
    """Who moves the parcel; empty where the customer chooses."""
    return ret.label.carrier if ret.label and ret.is_prepaid else ""


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
    if judgement is None or (judgement.code == JudgementCode.AS_ASKED and not judgement.words):
        return "", ""
    return judgement.sentence, " ".join(judgement.words.split())


_VALUES: Mapping[str, Callable[[Entry, Return, ZoneInfo], Values | None]] = {
    events.CREATED: _of_a_deadline,
    events.DECLINED: _of_a_decline,
    events.EVIDENCE_REMINDED: _of_a_deadline,
    events.EVIDENCE_WANTED: _of_a_request,
    events.REQUEST_WITHDRAWN: _of_a_withdrawal,
    events.IN_REVIEW: _of_a_review,
    events.LABEL_READY: _of_a_label,
    events.IN_TRANSIT: _of_a_parcel,
    events.PARCEL_EXPIRING: _of_a_later_label,
    events.PARCEL_LABELLED: _of_a_later_label,
    events.REFUNDED: _of_a_repayment,
    events.ARRIVED: _of_an_arrival,
    events.RECEIVED: _of_an_arrival,
    events.HANDED_IN: _of_a_counter,
    events.REPLACEMENT_REQUESTED: _of_a_counter,
    events.INSPECTED: _of_an_inspection,
    events.REPLACED: _of_goods,
    events.CLOSED: _of_an_end,
}
