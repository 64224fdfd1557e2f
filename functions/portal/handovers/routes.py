"""The page with a case's hand-over code, and the one that takes a paper code up."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from aftercare.web.edge import SIGNED_OUT
from aftercare.web.errors import SignInNeededError
from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import Visit, customers_page

if TYPE_CHECKING:
    from aftercare.desk.hand_over import Case

routes = Blueprint(__name__)

# Other pages need nothing of codes: what these do is imported where they do it.


@routes.route("/messages/{number}/hand-over", methods=["GET"])
@customers_page(routes, of_writers=True)
def of_ticket(visit: Visit, number: str) -> Response:
    return _page(visit, _ticket(visit, number), f"/messages/{number}", number)


@routes.route("/messages/{number}/hand-over", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes, of_writers=True)
def ask_of_ticket(visit: Visit, number: str) -> Response:
    rooms.hand_overs().ask(_ticket(visit, number))
    return visit.go(f"/messages/{number}/hand-over")


@routes.route("/returns/{return_id}/hand-over", methods=["GET"])
@customers_page(routes)
def of_return(visit: Visit, return_id: str) -> Response:
    case = _return(visit, return_id)
    return _page(visit, case, f"/returns/{return_id}", case.return_number)


@routes.route("/returns/{return_id}/hand-over", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def ask_of_return(visit: Visit, return_id: str) -> Response:
    rooms.hand_overs().ask(_return(visit, return_id))
    return visit.go(f"/returns/{return_id}/hand-over")


@routes.route("/messages/paper", methods=["GET"])
@customers_page(routes, of_writers=True)
def paper(visit: Visit) -> Response:
    return visit.show("paper.html", code=visit.flash.typed.get("code", ""))


@routes.route("/messages/paper", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes, of_writers=True)
def take_up(visit: Visit) -> Response:
    """The case of a paper code is the mailbox's from now on."""
    from portal.messages.forms import address_of  # noqa: PLC0415

    key, code = visit.session.writer_key, visit.form.get("code", "")
    ticket = rooms.papers().take_up(key, address_of(visit), code)
    return visit.go(f"/messages/{ticket.number}")


def _page(visit: Visit, case: "Case", back: str, number: str) -> Response:
    from portal.handovers.codes import code_card  # noqa: PLC0415

    shown = rooms.hand_overs().shown(case)
    card = None
    if shown and not shown.is_paper:
        card = code_card(visit, shown, case.order_number)
    return visit.show("hand_over.html", card=card, back=back, number=number)


def _ticket(visit: Visit, number: str) -> "Case":
    """The ticket's case. Who proved a mailbox alone hands over nothing of orders (R-DSK-53)."""
    case = rooms.hand_overs().of_ticket(visit.session.writer_key, number)
    if not visit.session.signed_in and (case.order_number or case.return_id):
        raise SignInNeededError(SIGNED_OUT)
    return case


def _return(visit: Visit, return_id: str) -> "Case":
    from aftercare.desk.conversations import of_return as name_of  # noqa: PLC0415
    from aftercare.desk.hand_over import Case  # noqa: PLC0415

    key = visit.session.email_key
    ret = rooms.returns().owned(key, return_id)
    return Case(
        name=name_of(ret.return_id),
        email_key=key,
        language=visit.language,
        order_number=ret.order_number,
        return_id=ret.return_id,
        return_number=ret.ticket,
    )
