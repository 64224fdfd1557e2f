"""One's own sessions, and for leads those of colleagues: each can be ended at once."""

from chalice.app import Blueprint, Response

from aftercare.staff.model import Member
from aftercare.staff.session import Session, hashed
from aftercare.web.forms import CONTENT_TYPES
from console import rooms
from console.edge import Visit, members_page
from console.moments import Moment, moment

routes = Blueprint(__name__)


@routes.route("/sessions", methods=["GET"])
@members_page(routes)
def own_sessions(visit: Visit, member: Member) -> Response:
    here = hashed(visit.session.token)
    found = [_shown(each, here) for each in rooms.staff().sessions(member)]
    return visit.show("sessions.html", sessions=found)


@routes.route("/sessions/{session_id}/end", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def end_session(visit: Visit, member: Member, session_id: str) -> Response:
    rooms.staff().end_session(member, session_id)
    return visit.go("/sessions")


@routes.route("/members", methods=["GET"])
@members_page(routes)
def colleagues(visit: Visit, member: Member) -> Response:
    return visit.show(
        "members.html", people=rooms.staff().people(member), ended=visit.request.query("ended")
    )


@routes.route("/members/{staff_id}/end", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def revoke(visit: Visit, member: Member, staff_id: str) -> Response:
    ended = rooms.staff().revoke(member, staff_id)
    return visit.go(f"/members?ended={ended}")


def _shown(session: Session, here: str) -> dict[str, str | bool | Moment]:
    return {
        "id": session.session_id,
        "device": session.device,
        "since": moment(session.started_at),
        "used": moment(session.checked_at),
        "is_here": session.session_id == here,
    }
