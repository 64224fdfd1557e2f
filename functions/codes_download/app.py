"""A one-time link: GET shows what it is, the button uses it up."""

from http import HTTPStatus

from chalice.app import Chalice, Response

from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.web.methods import answer_head
from codes_download import pages
from codes_download.bucket import signed_url
from codes_download.edge import html, page, respond, spoken

FORM = ["application/x-www-form-urlencoded"]

# Whoever has the link: nobody signs in.
_ACTOR = system("codes_download")
_batches = batch_service(read(BatchesConfig))

app = Chalice(app_name="codes_download")
app.register_middleware(respond, "http")


# Mail scanners and chat previews follow links: getting one changes nothing.
@app.route("/codes/{token}", methods=["GET"])
@page(app)
def look(token: str) -> Response:
    return html(pages.offer(spoken(app), _batches.look_at(token)))


@app.route("/codes/{token}", methods=["POST"], content_types=FORM)
@page(app)
def fetch(token: str) -> Response:
    key = _batches.redeem(token, actor=_ACTOR)
    return Response("", {"Location": signed_url(key)}, HTTPStatus.SEE_OTHER)


answer_head(app)
