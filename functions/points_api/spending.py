"""Points spent at a till, held for a purchase that is not settled yet, and reversed."""

from chalice.app import Blueprint, Request, Response
from msgspec import UNSET, UnsetType

from aftercare.points.request import Caller, Proof
from aftercare.web.api import body_in, endpoint
from points_api.bodies import Capturing, Holding, Nothing, Returning, Spending, own_id
from points_api.callers import actor_of, caller_of, finds_members
from points_api.documents import receipt_as_json
from points_api.rooms import cards, holds, points

routes = Blueprint(__name__)


@routes.route("/points/{member_id}/spend", methods=["POST"])
@endpoint(routes)
def spend(request: Request, member_id: str) -> Response:
    caller, actor = caller_of(request), actor_of(request)
    body = body_in(request, Spending)
    spend_id = own_id(body.spend_id, caller.key)
    proof = _proof(request, member_id, body.shown)
    receipt = points().spend(member_id, caller, spend_id, body.points, actor=actor, proof=proof)
    return receipt_as_json(member_id, receipt, spend_id=spend_id)


@routes.route("/points/{member_id}/spend/{spend_id}/return", methods=["POST"])
@endpoint(routes)
def reverse_spend(request: Request, member_id: str, spend_id: str) -> Response:
    caller = caller_of(request)
    return _reverse(request, member_id, caller, f"spend#{caller.client_id}#{spend_id}")


@routes.route("/points/{member_id}/holds", methods=["POST"])
@endpoint(routes)
def hold(request: Request, member_id: str) -> Response:
    caller, actor = caller_of(request), actor_of(request)
    body = body_in(request, Holding)
    hold_id = own_id(body.hold_id, caller.key)
    proof = _proof(request, member_id, body.shown)
    receipt = points().hold(member_id, caller, hold_id, body.points, actor=actor, proof=proof)
    return receipt_as_json(member_id, receipt, hold_id=hold_id)


@routes.route("/points/{member_id}/holds/{hold_id}/capture", methods=["POST"])
@endpoint(routes)
def capture(request: Request, member_id: str, hold_id: str) -> Response:
    caller, actor = caller_of(request), actor_of(request)
    amount = body_in(request, Capturing).points or None
    receipt = points().capture(member_id, caller, hold_id, amount, actor=actor)
    return receipt_as_json(member_id, receipt, hold_id=hold_id)


@routes.route("/points/{member_id}/holds/{hold_id}/release", methods=["POST"])
@endpoint(routes)
def release(request: Request, member_id: str, hold_id: str) -> Response:
    caller, actor = caller_of(request), actor_of(request)
    body_in(request, Nothing)
    receipt = points().release(member_id, caller, hold_id, actor=actor)
    return receipt_as_json(member_id, receipt, hold_id=hold_id)


@routes.route("/points/{member_id}/holds/{hold_id}/extend", methods=["POST"])
@endpoint(routes)
def extend(request: Request, member_id: str, hold_id: str) -> Response:
    caller, actor = caller_of(request), actor_of(request)
    body_in(request, Nothing)
    extension_id = own_id(UNSET, caller.key)
    receipt = holds().extend(member_id, caller, hold_id, extension_id, actor=actor)
    return receipt_as_json(member_id, receipt, hold_id=hold_id)


@routes.route("/points/{member_id}/holds/{hold_id}/return", methods=["POST"])
@endpoint(routes)
def reverse_capture(request: Request, member_id: str, hold_id: str) -> Response:
    caller = caller_of(request)
    return _reverse(request, member_id, caller, f"capture#{caller.client_id}#{hold_id}")


def _reverse(request: Request, member_id: str, caller: Caller, spent_id: str) -> Response:
    body = body_in(request, Returning)
    return_id = own_id(body.return_id, caller.key)
    receipt = points().reverse(
        member_id, caller, spent_id, return_id, body.points or None, actor=actor_of(request)
    )
    return receipt_as_json(member_id, receipt, return_id=return_id)


def _proof(request: Request, member_id: str, shown: str | UnsetType) -> Proof | None:
    return cards().proof(member_id, shown or "", required=finds_members(request))
