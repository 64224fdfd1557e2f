"""A return, page by page: choose, show photos, submit, fetch the label."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare import assembly
from aftercare.evidence.model import EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import RefusedError
from aftercare.kernel.ids import new_id
from aftercare.orders.model import normalised_order_number
from aftercare.returns.errors import (
    ChoiceInvalidError,
    NoPolicyError,
    ReturnRefusedError,
    UnitsTakenError,
)
from portal import forms, pages, words
from portal.edge import page
from portal.visit import Visit

routes = Blueprint(__name__)

_CLOSED = HTTPStatus.CONFLICT


@routes.route("/orders/{order_number}", methods=["GET"])
@page(routes)
def order(visit: Visit, order_number: str) -> Response:
    return _order_page(visit, order_number, {"return_id": new_id("ret", utc_now())}, {})


@routes.route("/orders/{order_number}", methods=["POST"], content_types=forms.CONTENT_TYPES)
@page(routes)
def choose(visit: Visit, order_number: str) -> Response:
    try:
        draft = assembly.returns().choose(
            visit.email_key,
            return_id=visit.form.get("return_id", ""),
            order_number=normalised_order_number(order_number),
            units=forms.chosen_units(visit.form),
            reason=forms.chosen_reason(visit.form),
            note=visit.form.get("note", ""),
            actor=CUSTOMER,
        )
    except ChoiceInvalidError as error:
        errors = {error.field: error.detail}
        return _order_page(visit, order_number, visit.form, errors, HTTPStatus.BAD_REQUEST)
    except ReturnRefusedError as error:
        errors = {"units": words.refusal(error.decision)}
        return _order_page(visit, order_number, visit.form, errors, _CLOSED)
    except UnitsTakenError as error:
        return _order_page(visit, order_number, visit.form, {"units": error.detail}, _CLOSED)
    return visit.go(f"/returns/{draft.return_id}")


@routes.route("/returns/{return_id}", methods=["GET"])
@page(routes)
def show_return(visit: Visit, return_id: str) -> Response:
    return _return_page(visit, return_id, {})


@routes.route("/returns/{return_id}/photos", methods=["POST"], content_types=forms.CONTENT_TYPES)
@page(routes)
def add_photo(visit: Visit, return_id: str) -> Response:
    content_type = visit.form.get("content_type", "image/jpeg")
    slot = assembly.returns().add_photo(visit.email_key, return_id, content_type, actor=CUSTOMER)
    if not visit.wants_json:
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    upload = assembly.evidence().upload_form(slot)
    body = {"photo_id": slot.evidence_id, "upload": {"url": upload.url, "fields": upload.fields}}
    return Response(body, {"Content-Type": "application/json"}, HTTPStatus.CREATED)


@routes.route("/returns/{return_id}/photos/{evidence_id}", methods=["GET"])
@page(routes)
def photo(visit: Visit, return_id: str, evidence_id: str) -> Response:
    found = assembly.returns().owned(visit.email_key, return_id)
    slot = assembly.evidence().slot(return_id, evidence_id)
    if not found.is_draft or slot.state is not EvidenceState.WAITING:
        return visit.go(f"/returns/{return_id}")
    back = f"{visit.base}/returns/{return_id}"
    upload = assembly.evidence().upload_form(slot, return_to=f"{visit.origin}{back}")
    return visit.show("photo.html", upload=upload, back=back)


@routes.route("/returns/{return_id}/photos/{evidence_id}/thumbnail", methods=["GET"])
@page(routes)
def thumbnail(visit: Visit, return_id: str, evidence_id: str) -> Response:
    assembly.returns().owned(visit.email_key, return_id)
    slot = assembly.evidence().slot(return_id, evidence_id)
    where = assembly.evidence().thumbnail_url(slot)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


@routes.route("/returns/{return_id}/submit", methods=["POST"], content_types=forms.CONTENT_TYPES)
@page(routes)
def submit(visit: Visit, return_id: str) -> Response:
    try:
        assembly.returns().submit(visit.email_key, return_id, actor=CUSTOMER)
    except ReturnRefusedError as error:
        return _return_page(visit, return_id, {"form": words.refusal(error.decision)}, _CLOSED)
    except RefusedError as error:
        return _return_page(visit, return_id, {"form": error.detail}, _CLOSED)
    return visit.go(f"/returns/{return_id}")


@routes.route("/returns/{return_id}/label", methods=["GET"])
@page(routes)
def label(visit: Visit, return_id: str) -> Response:
    found = assembly.returns().owned(visit.email_key, return_id)
    if found.label is None:
        return visit.go(f"/returns/{return_id}")
    where = assembly.labels().download_url(found.label.label_id, found.ticket)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


def _order_page(
    visit: Visit,
    order_number: str,
    form: dict[str, str],
    errors: dict[str, str],
    status: int = HTTPStatus.OK,
) -> Response:
    found = assembly.orders().owned(normalised_order_number(order_number), visit.email_key)
    try:
        lines = pages.line_choices(found, assembly.returns().outlook(found), form)
    except NoPolicyError as error:
        lines, errors = [], {"form": error.detail}
    return visit.show(
        "order.html",
        status,
        order=pages.order_head(found),
        lines=lines,
        reasons=pages.reason_choices(form.get("reason", "")),
        note=form.get("note", "")[:500],
        return_id=form.get("return_id", ""),
        action=f"{visit.base}/orders/{found.order_number}",
        errors=errors,
    )


def _return_page(
    visit: Visit, return_id: str, errors: dict[str, str], status: int = HTTPStatus.OK
) -> Response:
    returns = assembly.returns()
    found = returns.owned(visit.email_key, return_id)
    slots = assembly.evidence().of_return(return_id)
    shown = pages.return_page(visit.base, found, slots, returns.timeline(found), utc_now())
    return visit.show("return.html", status, **shown, errors=errors)
