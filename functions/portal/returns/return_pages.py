"""View models of a return's page."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.evidence.model import MOST_ASKED_FOR, MOST_PHOTOS, Evidence
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.policy import Payer
from aftercare.words.service import Words
from portal.returns import days, evidence_pages, words
from portal.returns.answers import LineAnswers, line_answers, refused_line
from portal.returns.items import due_of
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
    events.APPROVED: "good",
    events.LABEL_READY: "good",
    events.LABEL_FAILED: "info",
    events.LABEL_EXPIRING: "info",
    events.IN_TRANSIT: "good",
    events.ARRIVED: "good",
    events.DECLINED: "bad",
    events.CANCELLED: "info",
    events.REOPENED: "info",
    events.DISCARDED: "info",
    events.LAPSED: "bad",
    events.REFUNDED: "good",
}
_WORKING = {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}
# How many of the steps between sending in and arriving are done.
_REACHED = {
    ReturnStatus.SUBMITTED: 1,
    ReturnStatus.IN_REVIEW: 1,
    ReturnStatus.NEEDS_EVIDENCE: 1,
    ReturnStatus.APPROVED: 2,
    ReturnStatus.LABEL_READY: 3,
    ReturnStatus.IN_TRANSIT: 4,
    ReturnStatus.ARRIVED: 5,
}
_PHOTOS, _CHECK, _LABEL = 2, 3, 4


class Moment(NamedTuple):
    """One entry of the timeline."""

    when: str
    when_iso: str
    words: str
    tone: str


class LabelCard(NamedTuple):
    """The label to download."""

    href: str
    tracking_number: str
    carrier: str
    sample: bool
    prepaid: bool
    drop_by: str


class Asked(NamedTuple):
    """What staff wrote when they asked for more, and the day by which the customer answers."""

    words: str
    day: str


class ReturnHead(NamedTuple):
    """A return, on its own page. `step` is the customer's own one, none once there is no next."""

    id: str
    ticket: str
    status: str
    status_words: str
    headline: str
    explanation: str
    is_refunded: bool
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
    waiting = evidence_pages.is_waiting(ret, pictures, now)
    ready = ret.is_draft and not missing and not unsaid
    zone = days.zone_of_return(ret, order)
    groups = evidence_pages.groups(w, ret, slots, photos, room=room)
    return {
        "ret": _return_head(w, base, ret, zone, ready=ready),
        "lines": answers_of(w, base, ret, order),
        "left_out": [refused_line(w, line) for line in _left_out(ret)],
        "photos": evidence_pages.without(photos, groups),
        "groups": groups,
        "asks_for_photos": bool(wanted),
        "asked": _asked(w, ret, zone),
        "video": video_section(w, base, ret, slots),
        "video_tip": words.video_tip(w, wanted),
        "ready": ready,
        "hint": _hint(w, missing=missing, unsaid=unsaid),
        "timeline": [_moment(w, zone, entry) for entry in timeline if entry.entry_type in _TONES],
        "label": _label(w, base, ret, zone),
        "any_store": any(line.decision.in_store for line in ret.lines if line.decision),
        "live": ret.status in _WORKING or waiting or is_awaited(slots),
    }


def _left_out(ret: Return) -> list[ReturnLine]:
    """The lines that don't come back, each with a reason of its own."""
    judged = [line for line in ret.lines if line.judgement and not line.judgement.accepted]
    several = judged if ret.status is ReturnStatus.DECLINED and len(judged) > 1 else []
    return [*ret.left_out, *several]


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
        is_refunded=ret.repayment is not None,
        order_number=ret.order_number,
        order_href=order_href,
        add_href=f"{order_href}?return={ret.return_id}",
        due=due_of(w, ret, zone) if ret.is_draft else "",
        who_pays=w.text(f"returns.payer.{ret.payer}") if ret.payer else "",
        step=_step(ret, ready=ready),
        reached=0 if ret.repayment else _REACHED.get(ret.status, 0),
        can_cancel=ret.is_cancellable and not ret.repayment,
    )


def _step(ret: Return, *, ready: bool) -> int:
    if ret.is_draft:
        return _CHECK if ready else _PHOTOS
    if ret.status is ReturnStatus.LABEL_READY:
        return _LABEL + 1
    return _LABEL if ret.status in _WORKING else 0


def _hint(w: Words, *, missing: int, unsaid: bool) -> str:
    if unsaid:
        return w.text("return_page.draft.missing_reasons")
    return w.text("return_page.draft.missing" if missing else "return_page.draft.ready")


def _moment(w: Words, zone: ZoneInfo | None, entry: Entry) -> Moment:
    at, entry_type = entry.occurred_at, entry.entry_type
    return Moment(
        w.moment(at, "short", zone),
        at.isoformat(),
        words.step(w, entry),
        _TONES[entry_type],
    )


def _label(w: Words, base: str, ret: Return, zone: ZoneInfo | None) -> LabelCard | None:
    if ret.label is None:
        return None
    href = f"{base}/returns/{ret.return_id}/label"
    prepaid = ret.payer is not Payer.BUYER
    label = ret.label
    ends = ret.label_expires_at
    drop_by = days.day_there(w, ends, zone) if ends else ""
    return LabelCard(href, label.tracking_number, label.carrier, label.sample, prepaid, drop_by)
