"""The way in: find an order, prove the e-mail address, see what was bought with it."""

from collections.abc import Mapping
from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare import assembly
from aftercare.access.errors import (
    CodeExpiredError,
    CodeWrongError,
    FindOrderInvalidError,
    TooManyRequestsError,
)
from portal import pages, words
from portal.edge import page
from portal.forms import CONTENT_TYPES
from portal.visit import PageTooOldError, Visit

routes = Blueprint(__name__)


@routes.route("/", methods=["GET"])
@page(routes)
def find_page(visit: Visit) -> Response:
    asked = visit.request.query_params
    signed_out = asked is not None and visit.want(asked.get("to", ""))
    return _find_page(visit, signed_out=signed_out)


@routes.route("/", methods=["POST"], content_types=CONTENT_TYPES)
@page(routes, takes_stale_form=True)
def find(visit: Visit) -> Response:
    typed = {name: visit.form.get(name, "")[:254] for name in ("order_number", "email")}
    if visit.form_is_stale and visit.is_foreign:
        raise PageTooOldError(words.STALE_FORM)
    if visit.form_is_stale:
        return _find_page(visit, HTTPStatus.FORBIDDEN, typed, {"form": words.STALE_FORM})
    try:
        request_id = assembly.access().request_code(**typed, source=visit.source)
    except FindOrderInvalidError as error:
        return _find_page(visit, HTTPStatus.BAD_REQUEST, typed, {error.field: error.detail})
    except TooManyRequestsError as error:
        refusal = _find_page(visit, HTTPStatus.TOO_MANY_REQUESTS, typed, {"form": error.detail})
        return _with_wait(refusal, error)
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
        proved = assembly.access().prove(visit.session.request_id, visit.form.get("code", ""))
    except (CodeWrongError, CodeExpiredError) as error:
        return visit.show("code.html", HTTPStatus.FORBIDDEN, errors={"code": error.detail})
    except TooManyRequestsError as error:
        errors = {"form": error.detail}
        refusal = visit.show("code.html", HTTPStatus.TOO_MANY_REQUESTS, errors=errors)
        return _with_wait(refusal, error)
    return visit.go(visit.sign_in(proved))


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


def _find_page(
    visit: Visit,
    status: int = HTTPStatus.OK,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    signed_out: bool = False,
) -> Response:
    form = typed or {"order_number": "", "email": ""}
    return visit.show("find.html", status, form=form, errors=errors or {}, signed_out=signed_out)


def _with_wait(refusal: Response, error: TooManyRequestsError) -> Response:
    refusal.headers["Retry-After"] = str(error.facts["retry_after"])
    return refusal
