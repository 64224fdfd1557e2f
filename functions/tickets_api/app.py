"""The service desk's API: what partners' customers bring, and cases that stores are handed."""

from urllib.parse import unquote

from chalice.app import Chalice, Request, Response

from aftercare.clients.model import Scope, require
from aftercare.desk.partners import Bringing
from aftercare.kernel.requests import RequestKey, digest_of
from aftercare.kernel.typed import order_number_in, ticket_in
from aftercare.web.api import body_in, client_of, endpoint, required_key_of, respond, text_of
from aftercare.web.methods import answer_head
from aftercare.words.model import language_of
from tickets_api.bodies import HandingOver, TicketMessage, TicketOpening
from tickets_api.documents import seen, taken
from tickets_api.rooms import case_of, partners, tills

app = Chalice(app_name="tickets_api")
app.register_middleware(respond, "http")

# As long a message as the desk takes, also where each character is written as its escapes.
_MOST_BYTES = 64 * 1024


@app.route("/tickets", methods=["POST"])
@endpoint(app)
def open_ticket(request: Request) -> Response:
    _require_scope(request)
    key, body = _key(request, "open", ""), body_in(request, TicketOpening, _MOST_BYTES)
    bringing = Bringing(
        email=body.mailbox,
        topic=body.topic,
        words=body.words,
        language=language_of(body.language),
        order_number=order_number_in(body.order_number) or body.order_number.strip(),
        country=client_of(request).get("country", ""),
    )
    return taken(partners().open(bringing, key))


@app.route("/tickets/{number}", methods=["GET"])
@endpoint(app)
def look(request: Request, number: str) -> Response:
    _require_scope(request)
    return Response(seen(partners().look(client_of(request)["client_id"], _number(number))))


@app.route("/tickets/{number}/messages", methods=["POST"])
@endpoint(app)
def write(request: Request, number: str) -> Response:
    _require_scope(request)
    key = _key(request, "write", _number(number))
    body = body_in(request, TicketMessage, _MOST_BYTES)
    return taken(partners().write(_number(number), body.words, key))


@app.route("/handovers", methods=["POST"])
@endpoint(app)
def redeem(request: Request) -> Response:
    from tickets_api.cases import handed_over  # noqa: PLC0415 - partners need nothing of it

    _require_scope(request, Scope.TICKETS_HANDOVER)
    body = body_in(request, HandingOver)
    thread = tills().redeem(client_of(request)["client_id"], body.code, body.store)
    return Response(handed_over(thread, case_of(thread)))


def _require_scope(request: Request, scope: Scope = Scope.TICKETS_WRITE) -> None:
    require(client_of(request).get("scopes", ""), scope)


def _key(request: Request, verb: str, number: str) -> RequestKey:
    """The request's key, with what it asks: the verb, the ticket and the body as it was sent."""
    digest = digest_of(verb=verb, named=number, body=text_of(request))
    return RequestKey(client_of(request)["client_id"], required_key_of(request), digest)


def _number(text: str) -> str:
    """The ticket's number, in whatever spelling it came."""
    return ticket_in(unquote(text))


answer_head(app)
