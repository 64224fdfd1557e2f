"""Where is my order? Anybody may ask; what names a person takes a sign-in (R-PCL-06)."""

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.kernel.typed import MOST, order_number_in
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import Order
from portal import rooms
from portal.edge import Visit, edge

routes = Blueprint(__name__)


@routes.route("/track", methods=["GET"])
@edge.page(routes)
def track(visit: Visit) -> Response:
    typed = visit.request.query("number")[:MOST].strip()
    visit.query = {"number": typed} if typed else {}
    if not typed:
        return visit.show("track.html", typed="", answer=None)
    # The form alone needs neither the carriers nor any table.
    from portal.tracking.answers import Asked, answer_of, numbers_in  # noqa: PLC0415

    rooms.access().look(visit.request.source)
    number = order_number_in(typed)
    order = _own(visit, number) if number else None
    parcels = rooms.orders().parcels_sent(number) if number else ()
    news = rooms.parcels().of_numbers(numbers_in(typed, parcels))
    asked = Asked(typed, number, parcels, order, news, utc_now())
    return visit.show("track.html", typed=typed, answer=answer_of(visit.words, asked))


def _own(visit: Visit, number: str) -> Order | None:
    """The order, if this browser has proved its mailbox and has not signed out."""
    session = visit.session
    if not session.signed_in or rooms.sign_outs().has(session.nonce):
        return None
    try:
        return rooms.orders().owned(number, session.email_key)
    except OrderNotFoundError:
        return None
