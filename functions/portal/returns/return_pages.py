"""View models of a return's page."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.evidence.model import MOST_ASKED_FOR, MOST_PHOTOS, Evidence, EvidenceState
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from aftercare.words.model import language_of
from aftercare.words.service import Words
from portal.returns import days, evidence_pages, outcomes, words
from portal.returns.answers import LineAnswers, line_answers, payer_sentence, refused_line
from portal.returns.items import due_of
from portal.returns.label_views import LabelSection, is_taken_by_stores, label_section
from portal.returns.parcel_views import parcel_rows
from portal.returns.video_views import is_awaited, video_section

# The steps that a page shows; a later version may store others.
_TONES = {
    events.CREATED: "info",
    events.EVIDENCE_REMINDED: "info",
    events.SUBMITTED: "info",
    events.IN_REVIEW: "info",
    events.EVIDENCE_WANTED: "info",
    events.EVIDENCE_ANSWERED: "info",
    events.EVIDENCE_OVERDUE: "info",
    events.REQUEST_WITHDRAWN: "info",
    events.APPROVED: "good",
    events.LABEL_READY: "good",
    events.LABEL_FAILED: "info",
    events.LABEL_EXPIRING: "info",
    events.PARCEL_ADDED: "info",
    events.PARCEL_LABELLED: "good",
    events.PARCEL_EXPIRING: "info",
    events.PARCEL_EXPIRED: "info",
    events.IN_TRANSIT: "good",
    events.ARRIVED: "good",
    events.PARCEL_IN_TRANSIT: "good",
    events.PARCEL_ARRIVED: "good",
    events.PARCEL_LOST: "bad",
    events.DECLINED: "bad",
    events.CANCELLED: "info",
    events.REOPENED: "info",
    events.DISCARDED: "info",
    events.LAPSED: "bad",
    events.REFUNDED: "good",
    events.EXPIRED: "bad",
    events.LOST: "bad",
    events.HANDED_IN: "good",
    events.RECEIVED: "good",
    events.INSPECTED: "good",
    events.REFUND_REQUESTED: "good",
    events.REPLACEMENT_REQUESTED: "good",
    events.EXCHANGE_REQUESTED: "good",
    events.REPAIR_REQUESTED: "good",
    events.CREDIT_REQUESTED: "good",
    events.REFUND_FAILED: "info",
    events.REPLACED: "good",
    events.CLOSED: "info",
    events.TAKEN_UP: "info",
}
_WORKING = {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}
# How many of the steps from sending in to what the customer gets are done.
_REACHED = {
    ReturnStatus.SUBMITTED: 1,
    ReturnStatus.IN_REVIEW: 1,
    ReturnStatus.NEEDS_EVIDENCE: 1,
    ReturnStatus.APPROVED: 2,
    ReturnStatus.LABEL_READY: 3,
    ReturnStatus.IN_TRANSIT: 4,
    ReturnStatus.ARRIVED: 5,
    ReturnStatus.INSPECTED: 6,
    ReturnStatus.RESOLVING: 6,
    ReturnStatus.CLOSED: 7,
}
_HERE = {ReturnStatus.INSPECTED, ReturnStatus.RESOLVING, ReturnStatus.CLOSED}
_PHOTOS, _CHECK, _LABEL = 2, 3, 4


class Moment(NamedTuple):
    """One entry of the timeline."""

    when: str
    when_iso: str
    words: str
    tone: str


class Asked(NamedTuple):
    """What staff wrote when they asked for more, and the day by which the customer answers."""

    words: str
    day: str


class Finish(NamedTuple):
    """What is left to do before a draft can be submitted."""

    title: str
    hint: str


class LeftOut(NamedTuple):
    """Which item does not come back and why, and what somebody of ours added."""

    text: str
    own_words: str


class ReturnHead(NamedTuple):
    """A return, on its own page. `step` is the customer's own one, none once there is no next.

    `own_words` are what somebody of ours added to the explanation, in the return's language.
    """

    id: str
    ticket: str
    status: str
    status_words: str
    headline: str
    explanation: str
    own_words: str
    is_refunded: bool
    ending: str
    order_number: str
    order_href: str
    add_href: str
    due: str
    who_pays: str
    step: int
    reached: int
    can_cancel: bool


def return_page(
    w: Words,
    base: str,
    ret: Return,
    order: Order | None,
    *,
    slots: Sequence[Evidence],
    timeline: Sequence[Entry],
    now: datetime,
) -> dict[str, object]:
    """Everything that return.html shows."""
    pictures = [slot for slot in slots if not slot.is_video]
    photos = evidence_pages.numbered(w, base, ret, pictures, now)
    wanted, missing = evidence_pages.wanted_of(ret), evidence_pages.photos_missing(ret, slots)
    room = bool(wanted) and len(slots) < MOST_PHOTOS + (0 if ret.is_draft else MOST_ASKED_FOR)
    unsaid = any(line.reason is None for line in ret.lines)
    ready = ret.is_draft and not missing and not unsaid
    zone = days.zone_of_return(ret, order)
    groups = evidence_pages.groups(w, ret, slots, photos, room=room)
    labelled = label_section(w, base, ret, order)
    return {
        "ret": _return_head(w, base, ret, zone, ready=ready),
        "lines": answers_of(w, base, ret, order),
        "left_out": _left_out(w, ret),
        "staffs_language": language_of(ret.language),
        "photos": evidence_pages.without(photos, groups),
        "groups": groups,
        "asks_for_photos": bool(wanted),
        "asked": _asked(w, ret, zone),
        "video": video_section(w, base, ret, slots),
        "video_tip": words.video_tip(w, wanted),
        "ready": ready,
        "finish": _finish(w, missing=missing, unsaid=unsaid, is_empty=not _counts(slots)),
        "timeline": [
            _moment(w, ret, zone, entry) for entry in timeline if entry.entry_type in _TONES
        ],
        **labelled._asdict(),
        "parcels": parcel_rows(w, ret),
        "promised": outcomes.promised(w, ret, now),
        "found": outcomes.found_items(w, base, ret, order),
        "given": outcomes.given(w, ret, order),
        "any_store": is_taken_by_stores(ret),
        "live": _is_live(ret, slots, labelled, now),
    }


def _is_live(ret: Return, slots: Sequence[Evidence], labelled: LabelSection, now: datetime) -> bool:
    """Whether the page is to look for news by itself: something of ours is at work."""
    pictures = [slot for slot in slots if not slot.is_video]
    is_waiting = evidence_pages.is_waiting(ret, pictures, now) or is_awaited(slots)
    is_being_made = any(each.is_being_made for each in labelled.labels)
    return ret.status in _WORKING or is_waiting or is_being_made


def _left_out(w: Words, ret: Return) -> list[LeftOut]:
    """The lines that don't come back, each with a reason of its own."""
    judged = [line for line in ret.lines if line.judgement and not line.judgement.accepted]
    several = judged if ret.status is ReturnStatus.DECLINED and len(judged) > 1 else []
    lines = (*ret.left_out, *several)
    return [LeftOut(refused_line(w, line), words.own_words(line)) for line in lines]


def _asked(w: Words, ret: Return, zone: ZoneInfo | None) -> Asked | None:
    wanted = ret.review.wanted if ret.review else None
    if wanted is None or ret.status is not ReturnStatus.NEEDS_EVIDENCE:
        return None
    return Asked(wanted.words, days.day_there(w, wanted.due_at, zone))


def answers_of(w: Words, base: str, ret: Return, order: Order | None) -> list[LineAnswers]:
    """What the customer said of each item, as far as the order still has its picture."""
    bought = {line.line_id: line for line in order.lines} if order else {}
    return [
        line_answers(w, base, ret, line, bought=bought.get(line.line_id), place=place)
        for place, line in enumerate(ret.lines)
    ]


def _return_head(
    w: Words, base: str, ret: Return, zone: ZoneInfo | None, *, ready: bool
) -> ReturnHead:
    order_href = f"{base}/orders/{ret.order_number}"
    return ReturnHead(
        id=ret.return_id,
        ticket=ret.ticket,
        status=ret.status,
        status_words=words.status(w, ret),
        headline=words.headline(w, ret),
        explanation=words.explanation(w, ret),
        own_words=_own_words(ret),
        is_refunded=ret.repayment is not None,
        ending=words.ending(ret),
        order_number=ret.order_number,
        order_href=order_href,
        add_href=f"{order_href}?return={ret.return_id}",
        due=due_of(w, ret, zone) if ret.is_draft else "",
        who_pays=_who_pays(w, ret),
        step=_step(ret, ready=ready),
        reached=_reached(ret),
        can_cancel=ret.is_cancellable and not ret.repayment,
    )


def _who_pays(w: Words, ret: Return) -> str:
    if ret.agreed_deduction:
        return payer_sentence(w, ret)
    return w.text(f"returns.payer.{ret.payer}") if ret.payer else ""


def _reached(ret: Return) -> int:
    """How many steps are done; none of a return that left their order, or began at a store."""
    if ret.was_handed_in:
        return 0
    if ret.status not in _HERE:
        return 0 if ret.repayment else _REACHED.get(ret.status, 0)
    is_refused = ret.status is ReturnStatus.CLOSED and not words.ending(ret)
    return 0 if is_refused or not ret.arrived_at else _REACHED[ret.status]


def _own_words(ret: Return) -> str:
    judged = words.judged_lines(ret)
    return words.own_words(judged[0]) if len(judged) == 1 else ""


def _step(ret: Return, *, ready: bool) -> int:
    if ret.is_draft:
        return _CHECK if ready else _PHOTOS
    if ret.status is ReturnStatus.LABEL_READY:
        return _LABEL + 1
    return _LABEL if ret.status in _WORKING else 0


def _counts(slots: Sequence[Evidence]) -> bool:
    """Whether anything was sent that counts, or may do so once it is looked at."""
    return any(slot.state is not EvidenceState.REFUSED for slot in slots)


def _finish(w: Words, *, missing: int, unsaid: bool, is_empty: bool) -> Finish:
    if missing and is_empty:
        return Finish(w.text("return_page.draft.empty_title"), w.text("return_page.draft.empty"))
    if missing or unsaid:
        left = w.text(
            "return_page.draft.missing_reasons" if unsaid else "return_page.draft.missing"
        )
        return Finish(w.text("return_page.draft.missing_title"), left)
    return Finish(w.text("return_page.draft.ready_title"), w.text("return_page.draft.ready"))


def _moment(w: Words, ret: Return, zone: ZoneInfo | None, entry: Entry) -> Moment:
    at, entry_type = entry.occurred_at, entry.entry_type
    return Moment(
        w.moment(at, "short", zone),
        at.isoformat(),
        words.step(w, ret, entry),
        _TONES[entry_type],
    )
