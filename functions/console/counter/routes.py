"""The pages of a counter: a code that opens a case for hours, and a case that begins there."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.returns.case_file import Size
from aftercare.staff.model import Member
from aftercare.web.forms import CONTENT_TYPES
from console import rooms
from console.counter import acting, walk_ins
from console.edge import Visit, members_page

routes = Blueprint(__name__)


@routes.route("/counter", methods=["GET"])
@members_page(routes)
def hand_over(visit: Visit, member: Member) -> Response:
    return acting.form(visit, member)


@routes.route("/counter", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def redeem(visit: Visit, member: Member) -> Response:
    return acting.redeem(visit, member)


@routes.route("/counter/new", methods=["GET"])
@members_page(routes)
def walk_in(visit: Visit, member: Member) -> Response:
    return walk_ins.form(visit, member)


@routes.route("/counter/new", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def open_case(visit: Visit, member: Member) -> Response:
    return walk_ins.open_case(visit, member)


@routes.route("/counter/{number}/paper", methods=["GET"])
@members_page(routes)
def paper(visit: Visit, member: Member, number: str) -> Response:
    return walk_ins.paper(visit, member, number)


@routes.route("/counter/{number}/paper", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def print_code(visit: Visit, member: Member, number: str) -> Response:
    return walk_ins.draw(visit, member, number)


@routes.route("/counter/{number}", methods=["GET"])
@members_page(routes)
def case(visit: Visit, member: Member, number: str) -> Response:
    return acting.read(visit, member, number)


@routes.route("/counter/{number}/act", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def act(visit: Visit, member: Member, number: str) -> Response:
    return acting.act(visit, member, number)


@routes.route("/counter/{number}/pictures/{evidence_id}", methods=["GET"])
@members_page(routes)
def picture(_visit: Visit, member: Member, number: str, evidence_id: str) -> Response:
    """A picture that came with a message."""
    return acting.picture(member, number, evidence_id)


@routes.route("/counter/{number}/evidence/{evidence_id}", methods=["GET"])
@members_page(routes)
def evidence(visit: Visit, member: Member, number: str, evidence_id: str) -> Response:
    """To a short-lived link: a page that was open for long still shows its pictures."""
    asked = visit.request.query("size")
    size = Size(asked) if asked in set(Size) else Size.PHOTO
    handed = rooms.counter().handed(member, number)
    url = rooms.reviews().handed_over_url(member, handed, evidence_id, size)
    return Response("", {"Location": url}, HTTPStatus.FOUND)
