"""A till finds the member in front of it: by their card, their phone number or their e-mail."""

from chalice.app import Blueprint, Request, Response

from aftercare.clients.model import Scope
from aftercare.kernel.observe import logger
from aftercare.members.errors import MemberNotFoundError
from aftercare.web.api import body_in, client_of, endpoint
from points_api.bodies import Finding
from points_api.callers import require_scope
from points_api.documents import found_document
from points_api.rooms import finding

routes = Blueprint(__name__)


@routes.route("/members/find", methods=["POST"])
@endpoint(routes)
def find(request: Request) -> Response:
    require_scope(request, Scope.MEMBERS_FIND)
    by, text = body_in(request, Finding).only
    member = finding().find(client_of(request)["client_id"], by, text)
    if member is None:
        raise MemberNotFoundError
    logger.info("member found", extra={"member_id": member.member_id, "by": by})
    return Response(found_document(member, by))
