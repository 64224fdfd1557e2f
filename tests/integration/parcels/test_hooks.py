"""A carrier's webhook is taken as it came, and answered at once."""

import base64
import json
from typing import Any

import pytest

from aftercare.parcels.webhooks import MOST_BYTES, Webhook, webhook_in
from hooks.app import app
from tests.fakes.aws import answering
from tests.fakes.events import CONTEXT, Json
from tests.fakes.logs import logged
from tests.fakes.parcels import (
    WEBHOOK_SECRET,
    detail,
    shippo_webhook,
    track_event,
    track_status,
    tracker_event,
    webhook,
)
from tests.fakes.template import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
SAMPLE: Json = json.loads((ROOT / "events/hooks/tracked.json").read_text())
GENUINE = webhook(tracker_event(detail("delivered")))
OF_SHIPPO = shippo_webhook(track_event(track_status("DELIVERED")))


def call(
    body: bytes = GENUINE.body,
    *,
    header: str = "X-Hmac-Signature",
    carrier: str = "easypost",
    method: str = "POST",
    encoded: bool = True,
    signature: str = GENUINE.signature,
) -> tuple[Json, list[Webhook]]:
    """The answer, and what is in the queue then."""
    taken: list[Webhook] = []

    def take(asked: Json) -> Json:
        entries: list[Any] = asked["Entries"]
        taken.extend(webhook_in(json.loads(each["MessageBody"])) for each in entries)
        return {"Successful": [{"Id": each["Id"]} for each in entries], "Failed": []}

    headers = {header: signature, "Content-Type": "application/json"}
    event = SAMPLE | {
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "pathParameters": {"carrier": carrier},
        "requestContext": SAMPLE["requestContext"] | {"httpMethod": method},
        "body": base64.b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }
    with answering("sqs", "SendMessageBatch", take):
        return app(event, CONTEXT), taken


@pytest.mark.parametrize("header", ["X-Hmac-Signature", "x-hmac-signature", "X-HMAC-SIGNATURE"])
@pytest.mark.parametrize("encoded", [True, False])
def test_a_webhook_is_taken_byte_by_byte_in_any_spelling_of_its_header(
    header: str,
    encoded: bool,
) -> None:
    answer, [taken] = call(header=header, encoded=encoded)
    assert answer["statusCode"] == 202
    assert (taken.body, taken.signature) == (GENUINE.body, GENUINE.signature)


@pytest.mark.parametrize("header", ["Shippo-Auth-Signature", "shippo-auth-signature"])
def test_a_webhook_of_shippo_is_taken_with_its_own_header(header: str) -> None:
    answer, [taken] = call(
        OF_SHIPPO.body, header=header, carrier="shippo", signature=OF_SHIPPO.signature
    )
    assert answer["statusCode"] == 202
    assert (taken.source, taken.body, taken.signature) == (
        "shippo",
        OF_SHIPPO.body,
        OF_SHIPPO.signature,
    )


def test_nothing_is_verified_while_the_carrier_waits() -> None:
    answer, [taken] = call(b"not even JSON \xff")
    assert (answer["statusCode"], taken.body) == (202, b"not even JSON \xff")
    assert WEBHOOK_SECRET not in repr(taken)


@pytest.mark.parametrize("carrier", ["easypost", "shippo"])
def test_an_oversized_webhook_is_refused_and_counted(carrier: str) -> None:
    assert call(b" " * MOST_BYTES, carrier=carrier)[0]["statusCode"] == 202
    with logged() as log:
        answer, taken = call(b" " * (MOST_BYTES + 1), carrier=carrier)
    assert (answer["statusCode"], taken) == (413, [])
    [line] = [each for each in log.lines if each["message"] == "webhook refused"]
    assert (line["carrier"], line["reason"]) == (carrier, "oversized")


@pytest.mark.parametrize(
    ("carrier", "method", "status"), [("nobody", "POST", 404), ("easypost", "GET", 405)]
)
def test_what_is_no_webhook_is_not_taken(carrier: str, method: str, status: int) -> None:
    answer, taken = call(carrier=carrier, method=method)
    assert (answer["statusCode"], taken) == (status, [])


def test_a_queue_that_does_not_answer_has_the_carrier_come_again() -> None:
    def refuse(asked: Json) -> Json:
        return {"Successful": [], "Failed": [{"Id": each["Id"]} for each in asked["Entries"]]}

    with answering("sqs", "SendMessageBatch", refuse):
        assert app(SAMPLE, CONTEXT)["statusCode"] == 503
