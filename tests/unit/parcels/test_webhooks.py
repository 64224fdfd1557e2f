"""A webhook counts only if EasyPost signed exactly these bytes, and not long ago (R-PAR-03)."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.parcels.easypost import news_in, signature_of
from aftercare.parcels.errors import NewsInvalidError
from aftercare.parcels.model import ParcelStatus, Scan
from aftercare.parcels.webhooks import (
    Reason,
    Webhook,
    WebhookRefusedError,
    secret_of,
    webhook_in,
)
from tests.fakes.orders import NOON
from tests.fakes.parcels import NUMBER, WEBHOOK_SECRET, detail, reason_of, tracker_event, webhook

S = ParcelStatus


def test_a_tracker_is_read_without_anything_that_names_a_person() -> None:
    later = NOON + timedelta(hours=5)
    said = tracker_event(
        detail("in_transit", "received_at_origin_facility"),
        detail("delivered", "arrived_at_destination", at=later),
    )
    news = news_in(webhook(said), WEBHOOK_SECRET)
    assert news
    assert (news.tracking_number, news.carrier) == (NUMBER, "USPS")
    accepted, delivered = (
        "in_transit/received_at_origin_facility",
        "delivered/arrived_at_destination",
    )
    assert news.scans == (
        Scan(S.ACCEPTED, NOON, "easypost", accepted, "PORTLAND, OR"),
        Scan(S.DELIVERED, later, "easypost", delivered, "PORTLAND, OR"),
    )
    assert not any(word in repr(news) for word in ("ELLIS", "97214", "Porch"))


def test_the_secret_is_normalised_as_the_official_client_does_it() -> None:
    key = b"se\xcc\x81cret of the firm"  # NFKD: an accent of its own, a ligature's two letters
    expected = hmac.new(key, b"{}", hashlib.sha256).hexdigest()
    assert signature_of(b"{}", "s\u00e9cret of the \ufb01rm") == f"hmac-sha256-hex={expected}"


@pytest.mark.parametrize(
    "signature", ["", "hmac-sha256-hex=", "0" * 64, "hmac-sha256-hex=\u00e9", "\ud800"]
)
def test_a_webhook_without_its_signature_is_forged(signature: str) -> None:
    genuine = webhook(tracker_event(detail("delivered")))
    assert reason_of(replace(genuine, signature=signature), news_in) is Reason.FORGED


def test_another_secret_or_another_byte_is_forged() -> None:
    genuine = webhook(tracker_event(detail("delivered")))
    assert reason_of(webhook(json.loads(genuine.body), secret="guess"), news_in) is Reason.FORGED
    assert reason_of(replace(genuine, body=genuine.body + b" "), news_in) is Reason.FORGED


@pytest.mark.parametrize("hours", [0, 23.9, -0.05])
def test_a_webhook_counts_for_a_day(hours: float) -> None:
    came = webhook(tracker_event(detail("delivered")), came_at=NOON + timedelta(hours=hours))
    assert news_in(came, WEBHOOK_SECRET)


@pytest.mark.parametrize("hours", [24.1, -0.2])
def test_a_webhook_from_another_day_or_from_the_future_is_late(hours: float) -> None:
    came = webhook(tracker_event(detail("delivered")), came_at=NOON + timedelta(hours=hours))
    assert reason_of(came, news_in) is Reason.LATE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"description": "tracker.updated"}',
        b"[" * 100_000,
        json.dumps(tracker_event() | {"result": None}).encode(),
        json.dumps(tracker_event() | {"created_at": "2026-06-10T19:00:00"}).encode(),
    ],
    ids=range(7),
)
def test_what_cannot_be_read_is_refused_and_not_tried_again(body: bytes) -> None:
    assert reason_of(webhook(body), news_in) is Reason.MALFORMED


def test_news_of_something_else_than_a_parcel_is_none() -> None:
    other = {"description": "refund.successful", "created_at": "2026-06-10T19:00:00Z", "result": 7}
    assert news_in(webhook(other), WEBHOOK_SECRET) is None


def test_a_detail_that_cannot_be_read_leaves_the_others() -> None:
    broken = [detail("in_transit") | {"datetime": None}, detail("in_transit") | {"status": ""}]
    news = news_in(webhook(tracker_event(*broken, detail("delivered"))), WEBHOOK_SECRET)
    assert news
    assert [each.status for each in news.scans] == [S.DELIVERED]


@given(st.binary(max_size=300), st.text(max_size=40))
def test_a_webhook_comes_out_of_the_queue_as_it_went_in(body: bytes, signature: str) -> None:
    came = Webhook("easypost", NOON, signature.encode(errors="replace").decode(), body)
    assert webhook_in(json.loads(json.dumps(came.to_message()))) == came


@pytest.mark.parametrize(
    "wrong", [{"body": None}, {"body": "*"}, {"received_at": "today"}, {"carrier": "nobody"}]
)
def test_a_message_that_is_no_webhook_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(NewsInvalidError):
        webhook_in({**webhook(tracker_event()).to_message(), **wrong})


@pytest.mark.parametrize("agreed", [{}, {"easypost": "a secret"}, {"shippo": ""}])
def test_who_has_no_secret_of_ours_is_not_expected(agreed: dict[str, str]) -> None:
    with pytest.raises(WebhookRefusedError) as caught:
        secret_of("shippo", agreed)
    assert caught.value.reason is Reason.UNEXPECTED
    assert secret_of("shippo", agreed | {"shippo": "s"}) == "s"
