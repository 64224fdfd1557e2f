"""The way in: find an order, prove the e-mail address, see what was bought with it."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare import assembly
from aftercare.access.errors import (
    CodeExpiredError,
    CodeWrongError,
    FindOrderInvalidError,
    TooManyRequestsError,
)
from portal import pages
from portal.edge import Visit, page
from portal.forms import CONTENT_TYPES

routes = Blueprint(__name__)


@routes.route("/", methods=["GET"])
@page(routes)
def find_page(visit: Visit) -> Response:
    return visit.show("find.html", form={"order_number": "", "email": ""}, errors={})


@routes.route("/", methods=["POST"], content_types=CONTENT_TYPES)
@page(routes)
def find(visit: Visit) -> Response:
    typed = {name: visit.form.get(name, "")[:254] for name in ("order_number", "email")}
    try:
        request_id = assembly.access().request_code(**typed, source=visit.source)
    except FindOrderInvalidError as error:
        errors = {error.field: error.detail}
        return visit.show("find.html", HTTPStatus.BAD_REQUEST, form=typed, errors=errors)
    except TooManyRequestsError as error:
        errors = {"form": error.detail}
        return visit.show("find.html", HTTPStatus.TOO_MANY_REQUESTS, form=typed, errors=errors)
    visit.await_code(request_id)
    return visit.go("/code")


@routes.route("/code", methods=["GET"])
@page(routes)
def code_page(visit: Visit) -> Response:
    if not visit.session.request_id:
        return visit.go("/orders" if visit.session.signed_in else "/")
    return visit.show("code.html", errors={})


@routes.route("/code", methods=["POST"], content_types=CONTENT_TYPES)
@page(routes)
def prove_code(visit: Visit) -> Response:
    try:
        visit.sign_in(assembly.access().prove(visit.session.request_id, visit.form.get("code", "")))
    except (CodeWrongError, CodeExpiredError) as error:
        return visit.show("code.html", HTTPStatus.FORBIDDEN, errors={"code": error.detail})
    except TooManyRequestsError as error:
        return visit.show("code.html", HTTPStatus.TOO_MANY_REQUESTS, errors={"form": error.detail})
    return visit.go("/orders")


@routes.route("/sign-out", methods=["POST"], content_types=CONTENT_TYPES)
@page(routes)
def sign_out(visit: Visit) -> Response:
    visit.sign_out()
    return visit.go("/")


@routes.route("/orders", methods=["GET"])
@page(routes)
def orders(visit: Visit) -> Response:
    returns = assembly.returns().of_customer(visit.email_key)
    found = assembly.orders().of_customer(visit.email_key)
    cards = [pages.order_card(visit.base, order, returns) for order in found]
    return visit.show("orders.html", orders=cards)
