"""The customer's second thoughts: discard a draft, cancel a return, start again after a lapse."""

from typing import NamedTuple

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import Visit, customers_page

routes = Blueprint(__name__)

_WORDS = ("title", "text", "yes", "no")


class Asked(NamedTuple):
    """A question before something that cannot be undone."""

    ticket: str
    title: str
    text: str
    yes: str
    no: str
    action: str
    back: str


@routes.route("/returns/{return_id}/discard", methods=["GET"])
@customers_page(routes)
def ask_to_discard(visit: Visit, return_id: str) -> Response:
    ret = rooms.returns().owned(visit.session.email_key, return_id)
    if not ret.is_draft:
        return visit.go(f"/returns/{return_id}")
    return _ask(visit, return_id, ret.ticket, "discard")


@routes.route("/returns/{return_id}/discard", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def discard(visit: Visit, return_id: str) -> Response:
    rooms.returns().discard(visit.session.email_key, return_id, actor=CUSTOMER)
    return visit.go(f"/returns/{return_id}")


@routes.route("/returns/{return_id}/cancel", methods=["GET"])
@customers_page(routes)
def ask_to_cancel(visit: Visit, return_id: str) -> Response:
    ret = rooms.returns().owned(visit.session.email_key, return_id)
    if ret.is_draft:
        return visit.go(f"/returns/{return_id}/discard")
    if not ret.is_cancellable:
        return visit.go(f"/returns/{return_id}")
    return _ask(visit, return_id, ret.ticket, "cancel")


@routes.route("/returns/{return_id}/cancel", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def cancel(visit: Visit, return_id: str) -> Response:
    rooms.returns().cancel(visit.session.email_key, return_id, actor=CUSTOMER)
    return visit.go(f"/returns/{return_id}")


@routes.route("/returns/{return_id}/again", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def start_again(visit: Visit, return_id: str) -> Response:
    """A new draft of the same choice, with the photos that the lapsed one had accepted."""
    key, returns = visit.session.email_key, rooms.returns()
    fresh = new_id("ret", utc_now())
    draft = returns.begin_again(key, return_id, fresh, language=visit.language, actor=CUSTOMER)
    returns.take_over(key, return_id, draft.return_id)
    return visit.go(f"/returns/{draft.return_id}")


def _ask(visit: Visit, return_id: str, ticket: str, what: str) -> Response:
    path = f"{visit.request.base}/returns/{return_id}"
    keys = {name: f"{what}_{name}" for name in _WORDS}
    words = {name: visit.words.text(f"return_page.ask.{key}") for name, key in keys.items()}
    return visit.show("ask.html", asked=Asked(ticket, **words, action=f"{path}/{what}", back=path))
