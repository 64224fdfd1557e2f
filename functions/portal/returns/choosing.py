"""The customer's orders, and the choice of what comes back."""

from collections.abc import Mapping
from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.orders.model import normalised_order_number
from aftercare.returns.errors import (
    ChoiceInvalidError,
    NoPolicyError,
    ReturnRefusedError,
    UnitsTakenError,
)
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import Visit, customers_page
from portal.returns import forms, order_pages, words

routes = Blueprint(__name__)

_CLOSED = HTTPStatus.CONFLICT


@routes.route("/orders", methods=["GET"])
@customers_page(routes)
def orders(visit: Visit) -> Response:
    returns = rooms.returns().of_customer(visit.session.email_key)
    bought = rooms.orders().of_customer(visit.session.email_key)
    cards = [
        order_pages.order_card(visit.words, visit.request.base, order, returns) for order in bought
    ]
    return visit.show("orders.html", orders=cards)


@routes.route("/orders/{order_number}", methods=["GET"])
@customers_page(routes)
def order(visit: Visit, order_number: str) -> Response:
    return _order_page(visit, order_number, {"return_id": new_id("ret", utc_now())}, {})


@routes.route("/orders/{order_number}", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def choose(visit: Visit, order_number: str) -> Response:
    try:
        draft = rooms.returns().choose(
            visit.session.email_key,
            return_id=visit.form.get("return_id", ""),
            order_number=normalised_order_number(order_number),
            units=forms.chosen_units(visit.form),
            reason=forms.chosen_reason(visit.form),
            note=visit.form.get("note", ""),
            actor=CUSTOMER,
        )
    except ChoiceInvalidError as error:
        errors = {error.field: sentence_of(visit.words, error)}
        return _order_page(visit, order_number, visit.form, errors, HTTPStatus.BAD_REQUEST)
    except ReturnRefusedError as error:
        errors = {"units": words.refusal(visit.words, error.decision)}
        return _order_page(visit, order_number, visit.form, errors, _CLOSED)
    except UnitsTakenError as error:
        errors = {"units": sentence_of(visit.words, error)}
        return _order_page(visit, order_number, visit.form, errors, _CLOSED)
    return visit.go(f"/returns/{draft.return_id}")


def _order_page(
    visit: Visit,
    order_number: str,
    form: Mapping[str, str],
    errors: dict[str, str],
    status: int = HTTPStatus.OK,
) -> Response:
    bought = rooms.orders().owned(normalised_order_number(order_number), visit.session.email_key)
    try:
        lines = order_pages.line_choices(visit.words, bought, rooms.returns().outlook(bought), form)
    except NoPolicyError as error:
        lines, errors = [], {"form": sentence_of(visit.words, error)}
    return visit.show(
        "order.html",
        status,
        order=order_pages.order_head(visit.words, bought),
        lines=lines,
        reasons=order_pages.reason_choices(visit.words, form.get("reason", "")),
        note=form.get("note", "")[:500],
        return_id=form.get("return_id", ""),
        action=f"{visit.request.base}/orders/{bought.order_number}",
        errors=errors,
    )
