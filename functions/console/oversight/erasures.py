"""Erasures: one lead asks, another one confirms or declines."""

from typing import NamedTuple

from chalice.app import Blueprint, Response

from aftercare.erasure.model import Erasure, ErasureState, Why
from aftercare.returns.model import OpenReturn
from aftercare.staff.model import Member
from aftercare.web.forms import CONTENT_TYPES
from console import rooms, words
from console.edge import Visit, members_page
from console.moments import Moment, moment

routes = Blueprint(__name__)

WHY = {
    Why.CUSTOMER: "The customer asked us",
    Why.SHOP: "The customer asked the shop",
    Why.AUTHORITY: "An authority asks for it",
}
_STATES = {
    ErasureState.ASKED: ("Waits for a second lead", "warn"),
    ErasureState.CONFIRMED: ("Confirmed", "note"),
    ErasureState.SWEPT: ("Erased, a second sweep follows", "good"),
    ErasureState.DONE: ("Done", "good"),
    ErasureState.DECLINED: ("Declined", ""),
}


class Waits(NamedTuple):
    """A return that is not over: its ticket, how far it is, until when at last."""

    ticket: str
    status: str
    until: str


class Row(NamedTuple):
    """An erasure as the page shows it. `is_mine`: who looks has asked for it."""

    id: str
    email: str
    why: str
    state: str
    tone: str
    asked_by: str
    asked_at: Moment
    decided_by: str
    next_at: Moment | None
    waits_for: list[Waits]
    is_asked: bool
    is_mine: bool
    counts: list[str]


@routes.route("/erasures", methods=["GET"])
@members_page(routes)
def erasures(visit: Visit, member: Member) -> Response:
    found = rooms.erasures().newest(member)
    names = rooms.staff().names()
    rows = [_row(each, member, names) for each in found]
    return visit.show("erasures.html", rows=rows, reasons=WHY, typed=visit.flash.typed)


@routes.route("/erasures", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def ask(visit: Visit, member: Member) -> Response:
    why = visit.form.get("why", "")
    if why not in set(Why):
        return visit.refuse("/erasures", {"why": "Choose a reason."})
    rooms.erasures().ask(member, visit.form.get("email", ""), Why(why))
    return visit.go("/erasures")


@routes.route("/erasures/{erasure_id}/confirm", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def confirm(visit: Visit, member: Member, erasure_id: str) -> Response:
    rooms.erasures().confirm(member, erasure_id)
    return visit.go("/erasures")


@routes.route("/erasures/{erasure_id}/decline", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def decline(visit: Visit, member: Member, erasure_id: str) -> Response:
    rooms.erasures().decline(member, erasure_id)
    return visit.go("/erasures")


def _row(erasure: Erasure, member: Member, names: dict[str, str]) -> Row:
    waits = erasure.waits_for
    if erasure.state is ErasureState.ASKED:
        waits = rooms.open_returns(erasure.email_key)
    text, tone = _STATES[erasure.state]
    decided_by = erasure.decided_by
    return Row(
        id=erasure.erasure_id,
        email=erasure.email,
        why=WHY[erasure.why],
        state="Waits for a return" if erasure.waits_for else text,
        tone="warn" if erasure.waits_for else tone,
        asked_by=words.who(erasure.asked_by, member.actor, names),
        asked_at=moment(erasure.asked_at),
        decided_by=words.who(decided_by, member.actor, names) if decided_by else "",
        next_at=moment(erasure.next_at) if erasure.next_at else None,
        waits_for=list(map(_waits, waits)),
        is_asked=erasure.state is ErasureState.ASKED,
        is_mine=erasure.asked_by == member.actor,
        counts=[f"{count:,} {what}" for what, count in erasure.counts.items() if count],
    )


def _waits(each: OpenReturn) -> Waits:
    until = f"until {each.until} at last" if each.until else ""
    return Waits(each.ticket, words.status(each.status)[0], until)
