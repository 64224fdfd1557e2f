"""Who read a return or a ticket, and what a colleague has read."""

import re

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import staff
from aftercare.kernel.ids import is_id
from aftercare.staff.audit import Trace
from aftercare.staff.model import Member
from aftercare.staff.policy import require
from console import rooms
from console.edge import Visit, members_page
from console.moments import Moment, moment

routes = Blueprint(__name__)

# A code's key, as the address of its case has it.
_CODE = re.compile(r"[0-9]{2}-[0-9]{10}", re.ASCII)
_STAFF_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_ACTS = {
    "read": "read the case",
    "saw_evidence": "looked at its evidence",
    "found": "found it by a search",
    "saw_parcel": "had its parcel at the dock",
    "signed_in": "signed in",
    "signed_out": "signed out",
    "revoked": "ended a session",
    "read_audit": "read this trail",
}


@routes.route("/audit", methods=["GET"])
@members_page(routes)
def audit(visit: Visit, member: Member) -> Response:
    """The trail of a return, a ticket, a code or a colleague; without one, a form to ask for it."""
    require(member, "audit.read")
    subject, by = visit.request.query("return").strip(), visit.request.query("by").strip()
    found: tuple[Trace, ...] = ()
    errors: dict[str, str] = {}
    if is_id(subject, "ret") or is_id(subject, "tkt"):
        found = rooms.trail().reads(member, subject)
    elif _CODE.fullmatch(subject):
        found = rooms.trail().reads(member, f"code:{subject}")
    elif _STAFF_ID.fullmatch(by):
        found = rooms.trail().reads_by(member, by)
    elif subject or by:
        errors = {
            "return": "It looks like ret_01J… or 00-0000001478, and is in the case's address; "
            "that of a ticket (tkt_01J…) is behind the link on its page."
        }
    people = rooms.staff().names()
    return visit.show(
        "audit.html",
        errors=errors,
        subject=subject,
        by=by,
        asked=bool(subject or by) and not errors,
        people=sorted(people.items(), key=lambda each: each[1]),
        traces=[_shown(each, people) for each in found],
    )


def _shown(trace: Trace, people: dict[str, str]) -> dict[str, str | Moment]:
    who = next((name for staff_id, name in people.items() if staff(staff_id) == trace.by), "")
    return {
        "who": who or trace.by,
        "act": _ACTS.get(trace.act, trace.act),
        "subject": trace.subject,
        "at": moment(trace.at),
    }
