"""Takes carriers' webhooks: as they came, into a queue; `parcel_worker` looks at them."""

import json
from http import HTTPStatus
from typing import NamedTuple

from chalice.app import Chalice, Request, Response

from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read
from aftercare.kernel.errors import NotFoundError, TooLargeError
from aftercare.kernel.observe import logger
from aftercare.kernel.queue import Queue
from aftercare.parcels.webhooks import MOST_BYTES, SIGNATURES, Webhook
from aftercare.web.api import bytes_of, endpoint, respond

_CONTENT = ["application/json", "application/octet-stream", "text/plain"]


class Config(NamedTuple):
    """The queue where webhooks wait."""

    hooks_queue: str


_queue = Queue(read(Config).hooks_queue)

app = Chalice(app_name="hooks")
app.register_middleware(respond, "http")


# Whoever calls: who it was is seen by the worker, since the carrier waits for one second only.
@app.route("/hooks/{carrier}", methods=["POST"], content_types=_CONTENT)
@endpoint(app)
def take(request: Request, carrier: str) -> Response:
    if carrier not in SIGNATURES:
        raise NotFoundError("No carrier has a webhook here under that name.")
    body = bytes_of(request)
    if len(body) > MOST_BYTES:
        logger.warning("webhook refused", extra={"carrier": carrier, "reason": "oversized"})
        raise TooLargeError(f"The body is longer than {MOST_BYTES} bytes.")
    signature = str(request.headers.get(SIGNATURES[carrier], ""))[:200]
    webhook = Webhook(carrier, utc_now(), signature, body)
    _queue.send([json.dumps(webhook.to_message())])
    return Response({"status": "taken"}, status_code=HTTPStatus.ACCEPTED)
