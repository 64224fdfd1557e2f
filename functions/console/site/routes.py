"""The first page, the static files, and every address that no page has."""

from chalice.app import Blueprint, Response

from aftercare.staff.model import Member
from aftercare.staff.policy import verbs_of
from aftercare.web.problems import request_id_of
from console.edge import Visit, edge, members_page
from console.site.pages import STATIC

routes = Blueprint(__name__)

_STARTS = {"returns.queue": "/queue", "returns.receive": "/dock", "returns.search": "/search"}
"""What somebody may do → where their work starts, the first that applies."""


@routes.route("/", methods=["GET"])
@members_page(routes)
def home(visit: Visit, member: Member) -> Response:
    """To where the member's work is; who has no role yet is told whom to ask."""
    may = verbs_of(member)
    start = next((path for verb, path in _STARTS.items() if verb in may), "")
    return visit.go(start) if start else visit.show("home.html")


@routes.route("/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    request = routes.current_request
    return STATIC.response(name, request_id_of(request) if request else "")


@routes.route("/{proxy+}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def nowhere() -> Response:
    return edge.nowhere(routes)
