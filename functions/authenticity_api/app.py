"""Store systems check a code, and look a check's reference up."""

from functools import cache

from chalice.app import Chalice, Request, Response

from aftercare.authenticity.model import Audience
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.authenticity.wording import wording
from aftercare.clients.model import Kind, Scope, require
from aftercare.kernel import actor
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.web.api import (
    client_of,
    endpoint,
    idempotency_key_of,
    object_in,
    respond,
    text_in,
)
from aftercare.web.methods import answer_head
from aftercare.web.problems import request_id_of
from aftercare.words.model import reader_for
from authenticity_api.documents import answer_document, record_document

_config = read(AuthenticityConfig)

# A scanned link with its tracking parameters.
_MOST_SCANNED = 2_000

app = Chalice(app_name="authenticity_api")
app.register_middleware(respond, "http")


@app.route("/authenticity/checks", methods=["POST"])
@endpoint(app)
def check(request: Request) -> Response:
    client = client_of(request)
    require(client.get("scopes", ""), Scope.AUTHENTICITY_CHECK)
    answer = _authenticity().check(
        text_in(object_in(request), "code", most=_MOST_SCANNED),
        visitor=f"{client['client_id']}:{idempotency_key_of(request) or request_id_of(request)}",
        audience=Audience.STORE,
        # A partner may check a product in another country than its own.
        country=client["country"] if client["kind"] == Kind.STORE else "",
        store_id=client["store_id"],
        actor=actor.client(client["client_id"]),
    )
    logger.info("check", extra={"verdict": answer.verdict, "forged": answer.is_forged})
    return Response(answer_document(answer, wording(_language(request))))


@app.route("/authenticity/checks/{reference}", methods=["GET"])
@endpoint(app)
def look_up(request: Request, reference: str) -> Response:
    client = client_of(request)
    require(client.get("scopes", ""), Scope.AUTHENTICITY_CHECK)
    # Stores help customers with any check; a partner sees its own.
    of_store = None if client["kind"] == Kind.STORE else client["store_id"]
    record = _authenticity().look_up(reference, of_store=of_store)
    return Response(record_document(record, wording(_language(request))))


@cache
def _authenticity() -> AuthenticityService:
    return authenticity_service(_config)


def _language(request: Request) -> str:
    return reader_for(str(request.headers.get("accept-language", ""))).language


answer_head(app)
