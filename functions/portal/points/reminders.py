"""Ends a member's reminders, or has them again: by the link in a reminder, without a sign-in."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.members.errors import MemberNotFoundError
from aftercare.members.model import Member
from aftercare.points.unsubscribing import PATH, member_in
from aftercare.web.edge import STALE_FORM
from aftercare.web.errors import NoSuchPageError, PageTooOldError
from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import Visit, edge

routes = Blueprint(__name__)

_ROUTE = f"{PATH}/{{token}}"
_CHOICE = "reminders"
# A mail provider's own post (RFC 8058) has either type.
_POSTED = [*CONTENT_TYPES, "multipart/form-data"]


@routes.route(_ROUTE, methods=["GET"])
@edge.page(routes)
def reminders_page(visit: Visit, token: str) -> Response:
    """Says whether there are reminders. It changes nothing: mail programs fetch links."""
    return _shown(visit, _member(token), token)


@routes.route(_ROUTE, methods=["POST"], content_types=_POSTED)
@edge.page(routes, takes_stale_form=True)
def choose(visit: Visit, token: str) -> Response:
    """One click: the link proves whose reminders they are, whoever sends it and as often as may be.

    A mail provider is answered at once, as it follows no redirect.
    """
    if visit.request.is_foreign:
        raise PageTooOldError(STALE_FORM, why="form")
    member, choice = _member(token), visit.form.get(_CHOICE, "")
    after = rooms.members().set_reminders(member.member_id, wanted=choice == "on", actor=CUSTOMER)
    return visit.go(f"{PATH}/{token}") if choice else _shown(visit, after, token)


def _shown(visit: Visit, member: Member, token: str) -> Response:
    return visit.show(
        "reminders.html", HTTPStatus.OK, reminded=member.wants_reminders, page=f"{PATH}/{token}"
    )


def _member(token: str) -> Member:
    member_id = member_in(rooms.signing_key(), token)
    try:
        return rooms.members().get(member_id)
    except MemberNotFoundError:
        raise NoSuchPageError("There is no page at this address.") from None
