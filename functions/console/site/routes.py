"""The first page, the static files, and every address that no page has."""

from chalice.app import Blueprint, Response

from aftercare.staff.model import Member
from aftercare.web.problems import request_id_of
from console.edge import Visit, edge, members_page
from console.site.pages import STATIC

routes = Blueprint(__name__)


@routes.route("/", methods=["GET"])
@members_page(routes)
def home(visit: Visit, member: Member) -> Response:
    return visit.show("home.html", roles=sorted(member.roles))


@routes.route("/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    request = routes.current_request
    return STATIC.response(name, request_id_of(request) if request else "")


@routes.route("/{proxy+}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def nowhere() -> Response:
    return edge.nowhere(routes)
