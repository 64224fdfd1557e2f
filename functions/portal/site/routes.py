"""The static files, and every address that no page has."""

from chalice.app import Blueprint, Response

from aftercare.web.problems import request_id_of
from portal.edge import edge
from portal.site.pages import STATIC

routes = Blueprint(__name__)


@routes.route("/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    request = routes.current_request
    return STATIC.response(name, request_id_of(request) if request else "")


@routes.route("/{proxy+}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def nowhere() -> Response:
    return edge.nowhere(routes)
