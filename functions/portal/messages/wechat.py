"""The page of a link that WeChat shows: whoever proved a mailbox says that they wrote there."""

from chalice.app import Blueprint, Response

from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import Visit, customers_page

routes = Blueprint(__name__)

_ROUTE = "/messages/wechat/{token}"


# A link may have been passed on: the page says when something was written, and no word of it.
@routes.route(_ROUTE, methods=["GET"])
@customers_page(routes, of_writers=True)
def invitation(visit: Visit, token: str) -> Response:
    from portal.messages.talks import zone_there  # noqa: PLC0415 - as in routes.py

    first_at = rooms.wechat().invitation(token).first_at
    wrote = visit.words.moment(first_at, zone=zone_there(visit, "")) if first_at else ""
    return visit.show("wechat.html", token=token, wrote=wrote)


@routes.route(_ROUTE, methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes, of_writers=True)
def bind(visit: Visit, token: str) -> Response:
    from portal.messages.forms import address_of  # noqa: PLC0415 - as above

    key, address = visit.session.writer_key, address_of(visit)
    number = rooms.wechat().bind(token, key, address, visit.language)
    return visit.go(f"/messages/{number}#latest" if number else "/messages")
