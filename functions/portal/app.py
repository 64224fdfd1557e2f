"""The portal's routes: each parses, calls a room's verb, renders."""

from http import HTTPStatus

from chalice.app import Chalice, Response

from aftercare import assembly
from aftercare.access.errors import (
    CodeExpiredError,
    CodeWrongError,
    FindOrderInvalidError,
    TooManyRequestsError,
)
from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import NotFoundError, RefusedError
from aftercare.kernel.ids import new_id
from aftercare.kernel.web import problem_of
from aftercare.orders.model import normalised_order_number
from aftercare.returns.errors import (
    ChoiceInvalidError,
    NoPolicyError,
    ReturnRefusedError,
    UnitsTakenError,
)
from portal import forms, pages, words
from portal.edge import Visit, page, respond
from portal.rendering import asset

app = Chalice(app_name="portal")
app.register_middleware(respond, "http")

_FORM = forms.CONTENT_TYPES
_CLOSED = HTTPStatus.CONFLICT


@app.route("/", methods=["GET"])
@page(app)
def find_page(visit: Visit) -> Response:
    return visit.show("find.html", form={"order_number": "", "email": ""}, errors={})


@app.route("/", methods=["POST"], content_types=_FORM)
@page(app)
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


@app.route("/code", methods=["GET"])
@page(app)
def code_page(visit: Visit) -> Response:
    if not visit.session.request_id:
        return visit.go("/orders" if visit.session.signed_in else "/")
    return visit.show("code.html", errors={})


@app.route("/code", methods=["POST"], content_types=_FORM)
@page(app)
def prove_code(visit: Visit) -> Response:
    try:
        visit.sign_in(assembly.access().prove(visit.session.request_id, visit.form.get("code", "")))
    except (CodeWrongError, CodeExpiredError) as error:
        return visit.show("code.html", HTTPStatus.FORBIDDEN, errors={"code": error.detail})
    except TooManyRequestsError as error:
        return visit.show("code.html", HTTPStatus.TOO_MANY_REQUESTS, errors={"form": error.detail})
    return visit.go("/orders")


@app.route("/sign-out", methods=["POST"], content_types=_FORM)
@page(app)
def sign_out(visit: Visit) -> Response:
    visit.sign_out()
    return visit.go("/")


@app.route("/orders", methods=["GET"])
@page(app)
def orders(visit: Visit) -> Response:
    returns = assembly.returns().of_customer(visit.email_key)
    found = assembly.orders().of_customer(visit.email_key)
    cards = [pages.order_card(visit.base, order, returns) for order in found]
    return visit.show("orders.html", orders=cards)


@app.route("/orders/{order_number}", methods=["GET"])
@page(app)
def order(visit: Visit, order_number: str) -> Response:
    return _order_page(visit, order_number, {"return_id": new_id("ret", utc_now())}, {})


@app.route("/orders/{order_number}", methods=["POST"], content_types=_FORM)
@page(app)
def choose(visit: Visit, order_number: str) -> Response:
    try:
        draft = assembly.returns().choose(
            visit.email_key,
            return_id=visit.form.get("return_id", ""),
            order_number=normalised_order_number(order_number),
            units=forms.chosen_units(visit.form),
            reason=forms.chosen_reason(visit.form),
            note=visit.form.get("note", ""),
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


@app.route("/returns/{return_id}", methods=["GET"])
@page(app)
def show_return(visit: Visit, return_id: str) -> Response:
    return _return_page(visit, return_id, {})


@app.route("/returns/{return_id}/photos", methods=["POST"], content_types=_FORM)
@page(app)
def add_photo(visit: Visit, return_id: str) -> Response:
    content_type = visit.form.get("content_type", "image/jpeg")
    slot = assembly.returns().add_photo(visit.email_key, return_id, content_type)
    if not visit.wants_json:
        return visit.go(f"/returns/{return_id}/photos/{slot.evidence_id}")
    upload = assembly.evidence().upload_form(slot)
    body = {"photo_id": slot.evidence_id, "upload": {"url": upload.url, "fields": upload.fields}}
    return Response(body, {"Content-Type": "application/json"}, HTTPStatus.CREATED)


@app.route("/returns/{return_id}/photos/{evidence_id}", methods=["GET"])
@page(app)
def photo(visit: Visit, return_id: str, evidence_id: str) -> Response:
    assembly.returns().owned(visit.email_key, return_id)
    slot = assembly.evidence().slot(return_id, evidence_id)
    back = f"{visit.base}/returns/{return_id}"
    upload = assembly.evidence().upload_form(slot, return_to=f"{visit.origin}{back}")
    return visit.show("photo.html", upload=upload, back=back)


@app.route("/returns/{return_id}/photos/{evidence_id}/thumbnail", methods=["GET"])
@page(app)
def thumbnail(visit: Visit, return_id: str, evidence_id: str) -> Response:
    assembly.returns().owned(visit.email_key, return_id)
    slot = assembly.evidence().slot(return_id, evidence_id)
    where = assembly.evidence().thumbnail_url(slot)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


@app.route("/returns/{return_id}/submit", methods=["POST"], content_types=_FORM)
@page(app)
def submit(visit: Visit, return_id: str) -> Response:
    try:
        assembly.returns().submit(visit.email_key, return_id)
    except ReturnRefusedError as error:
        return _return_page(visit, return_id, {"form": words.refusal(error.decision)}, _CLOSED)
    except RefusedError as error:
        return _return_page(visit, return_id, {"form": error.detail}, _CLOSED)
    return visit.go(f"/returns/{return_id}")


@app.route("/returns/{return_id}/label", methods=["GET"])
@page(app)
def label(visit: Visit, return_id: str) -> Response:
    found = assembly.returns().owned(visit.email_key, return_id)
    if found.label is None:
        return visit.go(f"/returns/{return_id}")
    where = assembly.label_bucket().url(found.label.label_id, found.ticket)
    return Response("", {"Location": where}, HTTPStatus.SEE_OTHER)


@app.route("/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    found = asset(name)
    if found is None:
        missing = NotFoundError("There is no such file here.")
        return problem_of(missing, request_id="").response()
    kept = "public, max-age=31536000, immutable"
    return Response(found.body, {"Content-Type": found.content_type, "Cache-Control": kept})


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
