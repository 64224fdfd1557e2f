"""What points are, and the way in for members: an e-mail address, and a code that goes there."""

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.typed import MOST
from aftercare.points.rules import published
from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import POINTS_DOOR, Visit, edge
from portal.entry.asking import about_cookies, ask
from portal.entry.sessions import on_the_way_to

routes = Blueprint(__name__)

_POINTS = "/points"


@routes.route(POINTS_DOOR, methods=["GET"])
@edge.page(routes)
def door(visit: Visit) -> Response:
    # Whose session was signed out has its cookie still, and would be sent back here.
    if visit.session.signed_in and not rooms.sign_outs().has(visit.session.nonce):
        return visit.go(_POINTS)
    visit.cookie.session = on_the_way_to(visit.session, _POINTS)
    rules = published().at(utc_now())
    return visit.show(
        "points_door.html",
        email=visit.flash.typed.get("email", ""),
        rates=[visit.words.money(amount, name) for name, amount in rules.per_point.items()],
        errors=about_cookies(visit),
    )


@routes.route(POINTS_DOOR, methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes, takes_stale_form=True)
def ask_for_code(visit: Visit) -> Response:
    visit.form = {"email": visit.form.get("email", "")[:MOST]}
    visit.cookie.session = on_the_way_to(visit.session, _POINTS)
    return ask(
        visit,
        POINTS_DOOR,
        lambda: rooms.access().request_members_code(
            visit.form["email"], visit.request.source, actor=CUSTOMER, language=visit.language
        ),
    )
