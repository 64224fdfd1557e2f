"""The way in: find an order, prove the e-mail address, sign out."""

from collections.abc import Mapping
from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.access.errors import (
    CodeExpiredError,
    CodeWrongError,
    FindOrderInvalidError,
    TooManyRequestsError,
)
from aftercare.kernel.actor import CUSTOMER
from aftercare.web.customers import anonymous, signed_in
from aftercare.web.edge import STALE_FORM
from aftercare.web.errors import PageTooOldError
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import Visit, edge
from portal.entry.sessions import awaiting_code, is_place, on_the_way_to

routes = Blueprint(__name__)


@routes.route("/", methods=["GET"])
@edge.page(routes)
def find_page(visit: Visit) -> Response:
    wanted = visit.request.query("to")
    is_ours = is_place(wanted)
    if is_ours:
        visit.cookie.session = on_the_way_to(visit.session, wanted)
    return _find_page(visit, signed_out=is_ours)


@routes.route("/", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes, takes_stale_form=True)
def find(visit: Visit) -> Response:
    typed = {name: visit.form.get(name, "")[:254] for name in ("order_number", "email")}
    if visit.form_is_stale and visit.request.is_foreign:
        raise PageTooOldError(STALE_FORM, why="form")
    if visit.form_is_stale:
        return _find_page(
            visit,
            HTTPStatus.FORBIDDEN,
            typed,
            {"form": visit.words.text("problems.page_too_old.form")},
        )
    try:
        request_id = rooms.access().request_code(
            **typed, source=visit.request.source, actor=CUSTOMER
        )
    except FindOrderInvalidError as error:
        return _find_page(
            visit, HTTPStatus.BAD_REQUEST, typed, {error.field: sentence_of(visit.words, error)}
        )
    except TooManyRequestsError as error:
        refusal = _find_page(
            visit, HTTPStatus.TOO_MANY_REQUESTS, typed, {"form": sentence_of(visit.words, error)}
        )
        return _with_wait(refusal, error)
    visit.cookie.session = awaiting_code(visit.session, request_id)
    return visit.go("/code")


@routes.route("/code", methods=["GET"])
@edge.page(routes)
def code_page(visit: Visit) -> Response:
    if not visit.session.request_id:
        return visit.go("/orders" if visit.session.signed_in else "/")
    return visit.show("code.html", errors={})


@routes.route("/code", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def prove_code(visit: Visit) -> Response:
    try:
        proved = rooms.access().prove(
            visit.session.request_id, visit.form.get("code", ""), actor=CUSTOMER
        )
    except (CodeWrongError, CodeExpiredError) as error:
        return visit.show(
            "code.html", HTTPStatus.FORBIDDEN, errors={"code": sentence_of(visit.words, error)}
        )
    except TooManyRequestsError as error:
        errors = {"form": sentence_of(visit.words, error)}
        refusal = visit.show("code.html", HTTPStatus.TOO_MANY_REQUESTS, errors=errors)
        return _with_wait(refusal, error)
    wanted = visit.session.wanted
    visit.cookie.session = signed_in(proved)
    return visit.go(wanted or "/orders")


@routes.route("/sign-out", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def sign_out(visit: Visit) -> Response:
    visit.cookie.session = anonymous()
    return visit.go("/")


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
