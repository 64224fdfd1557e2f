"""The list of open cases about codes, a case's page, and what is decided about it.

The room of codes loads with the first of these pages: a console's day may have none.
"""

from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.staff.model import Member
from aftercare.web.forms import CONTENT_TYPES
from console import rooms
from console.cases.forms import text_in, version_in
from console.edge import Visit, members_page
from console.queue.rows import tabs

routes = Blueprint(__name__)

PATH = "/queue/codes"


@routes.route(PATH, methods=["GET"])
@members_page(routes)
def waiting(visit: Visit, member: Member) -> Response:
    from console.codes.pages import rows  # noqa: PLC0415

    after = visit.request.query("after")
    found = rooms.code_cases().waiting(member, after)
    return visit.show(
        "codes.html",
        cases=rows(found.cases, utc_now()),
        tabs=tabs(PATH),
        first_href=PATH if after else "",
        more_href=f"{PATH}?{urlencode({'after': found.after})}" if found.after else "",
    )


@routes.route("/codes/{key}", methods=["GET"])
@members_page(routes)
def case(visit: Visit, member: Member, key: str) -> Response:
    from console.codes.pages import page  # noqa: PLC0415

    file = rooms.code_cases().open_case(member, key)
    shown = page(file, visit.words, member.actor, rooms.staff().names(), utc_now())
    return visit.show("code.html", code=shown, typed=visit.flash.typed or visit.kept)


@routes.route("/codes/{key}/decision", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def decide(visit: Visit, member: Member, key: str) -> Response:
    from aftercare.authenticity.cases import DECISIONS, CaseState  # noqa: PLC0415

    form, state = visit.form, visit.form.get("decision", "")
    if state not in DECISIONS:
        return visit.refuse(f"/codes/{key}", {"decision": "Choose what you decide."})
    why = text_in(form, "why")
    rooms.code_cases().decide(member, key, version_in(form), CaseState(state), why)
    return visit.go(f"/codes/{key}")
