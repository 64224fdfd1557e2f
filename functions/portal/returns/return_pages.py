"""View models of a return's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.evidence.model import MOST_PHOTOS, Evidence, EvidenceState
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from aftercare.words.service import Words
from portal.returns import words
from portal.returns.order_pages import Item

# The upload form of a slot expires after 10 minutes; a page need not wait for such a slot.
_SLOT_SHOWN = timedelta(minutes=12)
# The steps that a page shows; a later version may store others.
_TONES = {
    events.SUBMITTED: "info",
    events.APPROVED: "good",
    events.LABEL_READY: "good",
    events.LABEL_FAILED: "info",
    events.DECLINED: "bad",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo and what screening found."""

    id: str
    state: str
    words: str
    thumbnail: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the timeline."""

    when: str
    when_iso: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class LabelCard:
    """The label to download."""

    href: str
    tracking_number: str
    carrier: str
    sample: bool


@dataclass(frozen=True, slots=True)
class ReturnHead:
    """A return, on its own page."""

    id: str
    ticket: str
    status: str
    status_words: str
    headline: str
    explanation: str
    reason: str
    note: str
    order_number: str
    order_href: str
    deadline: str
    who_pays: str


def return_page(
    w: Words,
    base: str,
    ret: Return,
    slots: Sequence[Evidence],
    timeline: Sequence[Entry],
    *,
    now: datetime,
) -> dict[str, object]:
    """Everything that return.html shows."""
    shown = [slot for slot in slots if _is_shown(ret, slot, now)]
    accepted = sum(slot.state is EvidenceState.ACCEPTED for slot in slots)
    missing = max(ret.decision.photos_needed - accepted, 0)
    waiting = any(slot.state is EvidenceState.WAITING for slot in shown)
    working = ret.status in {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}
    return {
        "ret": _return_head(w, base, ret),
        "lines": [Item(line.name, line.units) for line in ret.lines],
        "photos": [_photo(w, base, slot) for slot in shown],
        "photo_needs": w.count("returns.photos_needed", ret.decision.photos_needed),
        "photos_missing": missing,
        "can_add_photo": ret.is_draft and len(slots) < MOST_PHOTOS,
        "can_submit": ret.is_draft and missing == 0,
        "submit_hint": words.submit_hint(w, missing, ret),
        "timeline": [_moment(w, entry) for entry in timeline if entry.entry_type in _TONES],
        "label": _label(base, ret),
        "live": working or (ret.is_draft and waiting),
    }


def _return_head(w: Words, base: str, ret: Return) -> ReturnHead:
    decision = ret.decision
    return ReturnHead(
        id=ret.return_id,
        ticket=ret.ticket,
        status=ret.status,
        status_words=w.text(f"returns.status.{ret.status}"),
        headline=w.text(f"returns.headline.{ret.status}"),
        explanation=words.refusal(w, decision)
        if decision.refusals
        else w.text(f"returns.explanation.{ret.status}"),
        reason=w.text(f"returns.reason.{ret.reason}"),
        note=ret.note,
        order_number=ret.order_number,
        order_href=f"{base}/orders/{ret.order_number}",
        deadline=w.text("returns.return.until", day=w.day(decision.last_day))
        if decision.last_day
        else "",
        who_pays=w.text(f"returns.payer.{decision.payer}") if decision.payer else "",
    )


def _photo(w: Words, base: str, slot: Evidence) -> Photo:
    accepted = slot.state is EvidenceState.ACCEPTED
    path = f"{base}/returns/{slot.return_id}/photos/{slot.evidence_id}/thumbnail"
    return Photo(slot.evidence_id, slot.state, words.photo(w, slot), path if accepted else "")


def _moment(w: Words, entry: Entry) -> Moment:
    at, entry_type = entry.occurred_at, entry.entry_type
    return Moment(
        w.moment(at, "short"),
        at.isoformat(),
        w.text(f"returns.timeline.{entry_type.removeprefix('return.')}"),
        _TONES[entry_type],
    )


def _label(base: str, ret: Return) -> LabelCard | None:
    if ret.label is None:
        return None
    href = f"{base}/returns/{ret.return_id}/label"
    return LabelCard(href, ret.label.tracking_number, ret.label.carrier, ret.label.sample)


def _is_shown(ret: Return, slot: Evidence, now: datetime) -> bool:
    """After submission only accepted photos matter."""
    if not ret.is_draft:
        return slot.state is EvidenceState.ACCEPTED
    return slot.state is not EvidenceState.WAITING or now - slot.opened_at <= _SLOT_SHOWN
