"""The audit sample of a week: decisions that chance has drawn, for a lead to look at."""

from typing import NamedTuple

from chalice.app import Blueprint, Response

from aftercare.staff.model import Member
from aftercare.staff.samples import Drawn, Finding
from aftercare.web.forms import CONTENT_TYPES
from console import rooms, words
from console.cases.forms import text_in
from console.edge import Visit, members_page
from console.moments import Moment, moment

routes = Blueprint(__name__)

_FINDINGS = {Finding.AGREED: ("Agreed", "good"), Finding.QUESTIONED: ("Questioned", "warn")}


class Row(NamedTuple):
    """A drawn decision as the page shows it; `may_mark`: who looks may say something of it."""

    place: str
    return_id: str
    step: str
    decided_by: str
    decided_at: Moment
    finding: str
    tone: str
    words: str
    looked_by: str
    may_mark: bool


@routes.route("/sample", methods=["GET"])
@members_page(routes)
def sample(visit: Visit, member: Member) -> Response:
    week, found = rooms.sample().of_week(member, visit.request.query("week"))
    names = rooms.staff().names()
    rows = [_row(each, member, names) for each in found]
    open_ones = sum(not row.finding for row in rows)
    return visit.show("sample.html", week=week, rows=rows, open=open_ones)


@routes.route("/sample", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def mark(visit: Visit, member: Member) -> Response:
    form, finding = visit.form, visit.form.get("finding", "")
    week = form.get("week", "")
    if finding not in set(Finding):
        return visit.refuse("/sample", {"form": "Choose what you make of the decision."})
    said = text_in(form, "words")
    rooms.sample().mark(member, week, form.get("place", ""), Finding(finding), said)
    return visit.go(f"/sample?week={week}")


def _row(drawn: Drawn, member: Member, names: dict[str, str]) -> Row:
    text, tone = _FINDINGS.get(Finding(drawn.finding), ("", "")) if drawn.finding else ("", "")
    me = member.actor
    return Row(
        place=drawn.place,
        return_id=drawn.return_id,
        step=words.step(drawn.step),
        decided_by=words.who(drawn.decided_by, me, names),
        decided_at=moment(drawn.decided_at),
        finding=text,
        tone=tone,
        words=drawn.words,
        looked_by=words.who(drawn.looked_by, me, names) if drawn.looked_by else "",
        may_mark=drawn.decided_by != me and drawn.looked_by in {None, me},
    )
