"""The static files."""

from chalice.app import Blueprint, Response

from aftercare.web.problems import request_id_of
from portal.site.pages import STATIC

routes = Blueprint(__name__)


@routes.route("/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    request = routes.current_request
    return STATIC.response(name, request_id_of(request) if request else "")
