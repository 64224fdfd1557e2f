"""What each page shows: view models of the rooms' answers, in words, for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.evidence.model import MOST_PHOTOS, Evidence, EvidenceState
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order, OrderLine
from aftercare.returns import events
from aftercare.returns.model import Reason, Return, ReturnStatus
from aftercare.returns.policy import Cause, Decision
from aftercare.returns.service import LineOutlook
from aftercare.words.service import Words
from portal.returns import words

# A slot whose upload form (10 minutes) has run out will not be filled any more; a page need not
# wait for it.
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
class Item:
    """So many of one product."""

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
    """Whether a line may come back for one cause, and why (not)."""

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


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo and what was said of it."""

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
    """Once a return is sent, what didn't make it is of no use to anybody."""
    if not ret.is_draft:
        return slot.state is EvidenceState.ACCEPTED
    return slot.state is not EvidenceState.WAITING or now - slot.opened_at <= _SLOT_SHOWN


def _day(w: Words, value: datetime | None) -> str:
    return w.day(value.date()) if value else ""
