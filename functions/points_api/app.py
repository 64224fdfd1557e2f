"""The API for store systems: reads and moves members' points; each request takes effect once."""

from datetime import UTC

from chalice.app import Chalice, Request, Response
from msgspec import UNSET

from aftercare.clients.model import Scope
from aftercare.web.accepting import prefers
from aftercare.web.api import body_in, endpoint, respond
from aftercare.web.methods import answer_head
from points_api import finding, spending
from points_api.bodies import (
    Adjustment,
    Earning,
    Nothing,
    StoreRefund,
    cursor_of,
    limit_of,
    own_id,
)
from points_api.callers import actor_of, caller_of, require_scope, store_of
from points_api.documents import balance_document, page_as_csv, page_as_json, receipt_as_json
from points_api.rooms import earning, points

app = Chalice(app_name="points_api")
app.register_blueprint(spending.routes)
app.register_blueprint(finding.routes)
app.register_middleware(respond, "http")

_USUAL_PAGE = 50


@app.route("/points/{member_id}", methods=["GET"])
@endpoint(app)
def balance(request: Request, member_id: str) -> Response:
    require_scope(request, Scope.POINTS_READ)
    document = balance_document(
        member_id, points().balance(member_id), points().journal.rules.zone.key
    )
    return Response(document)


@app.route("/points/{member_id}/statement", methods=["GET"])
@endpoint(app)
def statement(request: Request, member_id: str) -> Response:
    require_scope(request, Scope.POINTS_READ)
    limit = limit_of(request, _USUAL_PAGE)
    page = points().statement(member_id, cursor_of(request), limit)
    if prefers(str(request.headers.get("accept", "")), "text/csv", "application/json"):
        return page_as_csv(page, limit)
    return page_as_json(member_id, page, limit)


@app.route("/points/{member_id}/earn", methods=["POST"])
@endpoint(app)
def earn(request: Request, member_id: str) -> Response:
    caller = caller_of(request)
    body = body_in(request, Earning)
    receipt = earning().earn(
        member_id,
        caller,
        store_id=store_of(request),
        receipt_number=body.receipt,
        net=body.amount,
        currency=body.currency,
        occurred_at=body.occurred_at.astimezone(UTC),
        actor=actor_of(request),
    )
    return receipt_as_json(member_id, receipt)


@app.route("/points/{member_id}/refunds", methods=["POST"])
@endpoint(app)
def refund(request: Request, member_id: str) -> Response:
    caller = caller_of(request)
    body = body_in(request, StoreRefund)
    refund_id = own_id(body.refund_id, caller.key)
    receipt = earning().refund(
        member_id,
        caller,
        store_id=store_of(request),
        receipt_number=body.receipt,
        refund_id=refund_id,
        amount=body.amount,
        actor=actor_of(request),
    )
    return receipt_as_json(member_id, receipt, refund_id=refund_id)


@app.route("/points/{member_id}/adjustments", methods=["POST"])
@endpoint(app)
def adjust(request: Request, member_id: str) -> Response:
    caller = caller_of(request, Scope.POINTS_ADMIN)
    body = body_in(request, Adjustment)
    receipt = points().adjust(
        member_id,
        caller,
        own_id(UNSET, caller.key),
        body.points,
        who=body.who,
        why=body.why,
        actor=actor_of(request),
    )
    return receipt_as_json(member_id, receipt)


@app.route("/points/{member_id}/close", methods=["POST"])
@endpoint(app)
def close(request: Request, member_id: str) -> Response:
    caller = caller_of(request, Scope.POINTS_ADMIN)
    body_in(request, Nothing)
    return receipt_as_json(member_id, points().close(member_id, caller, actor=actor_of(request)))


answer_head(app)
