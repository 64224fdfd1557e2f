"""The API for warehouses and stores: what came back, and what was found, each once; counters."""

from urllib.parse import unquote

from chalice.app import Chalice, Request, Response

from aftercare.clients.model import Scope, require
from aftercare.kernel.actor import client
from aftercare.kernel.ids import is_id
from aftercare.kernel.requests import RequestKey, digest_of
from aftercare.kernel.typed import ticket_in
from aftercare.returns.counter import AtCounter
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.scanned_parcel import parcel_of
from aftercare.web.api import body_in, client_of, endpoint, required_key_of, respond, text_of
from aftercare.web.methods import answer_head
from aftercare.words.model import language_of
from returns_api.bodies import HandingIn, Inspecting, Receiving
from returns_api.documents import done, expected, handed_in
from returns_api.rooms import counter, receiving

app = Chalice(app_name="returns_api")
app.register_middleware(respond, "http")


@app.route("/returns/{return_id}/receipts", methods=["GET"])
@endpoint(app)
def look(request: Request, return_id: str) -> Response:
    _require_scope(request)
    ret = _named(return_id)
    return Response(expected(ret, parcel_of(unquote(return_id), ret)))


@app.route("/returns/{return_id}/receipts", methods=["POST"])
@endpoint(app)
def receive(request: Request, return_id: str) -> Response:
    _require_scope(request)
    key, body = _key(request, "receive", return_id), body_in(request, Receiving)
    caller = client_of(request)
    place = body.place or caller.get("store_id", "")
    actor, ret = client(caller["client_id"]), _named(return_id)
    parcels = [parcel_of(unquote(return_id), ret)]
    what = receiving().receive(
        ret.return_id, body.came, place, actor=actor, key=key, parcels=parcels
    )
    return done(what)


@app.route("/returns/{return_id}/inspections", methods=["POST"])
@endpoint(app)
def inspect(request: Request, return_id: str) -> Response:
    _require_scope(request)
    key, body = _key(request, "inspect", return_id), body_in(request, Inspecting)
    actor, ret = client(client_of(request)["client_id"]), _named(return_id)
    return done(receiving().inspect(ret.return_id, body.found, actor=actor, key=key))


@app.route("/counter/returns", methods=["POST"])
@endpoint(app)
def hand_in(request: Request) -> Response:
    _require_scope(request, Scope.RETURNS_COUNTER)
    key, body = _key(request, "hand_in", ""), body_in(request, HandingIn)
    caller = client_of(request)
    place = body.place or caller.get("store_id", "")
    at = AtCounter(place, language_of(body.language or "en"), client(caller["client_id"]))
    items = [line.item for line in body.lines]
    return handed_in(counter().hand_in(body.order_number, items, body.what, counter=at, key=key))


def _require_scope(request: Request, scope: Scope = Scope.RETURNS_RECEIVE) -> None:
    require(client_of(request).get("scopes", ""), scope)


def _key(request: Request, verb: str, return_id: str) -> RequestKey:
    """The request's key, with what it asks: the verb, the return and the body as it was sent."""
    digest = digest_of(verb=verb, named=return_id, body=text_of(request))
    return RequestKey(client_of(request)["client_id"], required_key_of(request), digest)


def _named(text: str) -> Return:
    """The return with that ticket, in whatever spelling and of whichever parcel, or with that id.

    Raises:
        ReturnNotFoundError: It is neither, or nobody has it.
    """
    if is_id(text, "ret"):
        return receiving().by_id(text)
    if ticket := ticket_in(text):
        return receiving().find(ticket)
    raise ReturnNotFoundError("That is no ticket of ours; one of its characters may be wrong.")


answer_head(app)
