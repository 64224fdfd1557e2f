"""A webhook of Shippo's counts only if Shippo signed these bytes at that time (R-PAR-03)."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.parcels.model import ParcelStatus, Scan
from aftercare.parcels.shippo import news_in, signature_of
from aftercare.parcels.webhooks import Reason, WebhookRefusedError
from tests.fakes.orders import NOON
from tests.fakes.parcels import (
    NUMBER,
    WEBHOOK_SECRET,
    reason_of,
    shippo_webhook,
    track_event,
    track_status,
)

S = ParcelStatus
GENUINE = shippo_webhook(track_event(track_status("DELIVERED")))


def test_a_parcel_is_read_without_anything_that_names_a_person() -> None:
    later = NOON + timedelta(hours=5)
    said = track_event(
        track_status("TRANSIT", "package_accepted"),
        track_status("DELIVERED", "delivered", at=later),
    )
    news = news_in(shippo_webhook(said), WEBHOOK_SECRET)
    assert news
    assert (news.tracking_number, news.carrier) == (NUMBER, "usps")
    assert set(news.scans) == {
        Scan(S.ACCEPTED, NOON, "shippo", "TRANSIT/package_accepted", "Portland, OR, US"),
        Scan(S.DELIVERED, later, "shippo", "DELIVERED/delivered", "Portland, OR, US"),
    }
    assert not any(word in repr(news) for word in ("ELLIS", "97214", "door", "lbl_1"))


def test_the_newest_status_counts_without_a_history() -> None:
    said = track_event(track_status("DELIVERED"))
    said["data"]["tracking_history"] = None
    news = news_in(shippo_webhook(said), WEBHOOK_SECRET)
    assert news
    assert [each.status for each in news.scans] == [S.DELIVERED]


def test_the_time_and_the_bytes_are_signed_as_shippo_describes_it() -> None:
    expected = hmac.new(b"s", b"1781118000.{}", hashlib.sha256).hexdigest()
    assert signature_of(b"{}", "s", 1781118000) == f"t=1781118000,v1={expected}"


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        "t=0,v1=",
        GENUINE.signature.partition(",")[2],
        GENUINE.signature.replace("t=", "t=0"),
        GENUINE.signature.replace("v1=", "v0="),
        "t=" + "9" * 60 + ",v1=00",
        "t=\u0661,v1=\u00e9",
        "\ud800",
    ],
    ids=range(9),
)
def test_a_webhook_without_its_signature_is_forged(signature: str) -> None:
    assert reason_of(replace(GENUINE, signature=signature), news_in) is Reason.FORGED


def test_another_secret_another_byte_or_another_time_is_forged() -> None:
    assert (
        reason_of(shippo_webhook(json.loads(GENUINE.body), secret="guess"), news_in)
        is Reason.FORGED
    )
    assert reason_of(replace(GENUINE, body=GENUINE.body + b" "), news_in) is Reason.FORGED
    second = int(NOON.timestamp())
    moved = GENUINE.signature.replace(str(second), str(second + 1))
    assert reason_of(replace(GENUINE, signature=moved), news_in) is Reason.FORGED


@pytest.mark.parametrize("hours", [0, 23.9, -0.05])
def test_a_webhook_counts_for_a_day(hours: float) -> None:
    assert news_in(replace(GENUINE, received_at=NOON + timedelta(hours=hours)), WEBHOOK_SECRET)


@pytest.mark.parametrize("hours", [24.1, -0.2])
def test_a_webhook_from_another_day_or_from_the_future_is_late(hours: float) -> None:
    came = replace(GENUINE, received_at=NOON + timedelta(hours=hours))
    assert reason_of(came, news_in) is Reason.LATE


def test_a_signed_time_beyond_all_years_is_late() -> None:
    beyond = replace(GENUINE, signature=signature_of(GENUINE.body, WEBHOOK_SECRET, 10**12 - 1))
    assert reason_of(beyond, news_in) is Reason.LATE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"event": "track_updated"}',
        b"[" * 100_000,
        json.dumps(track_event() | {"data": None}).encode(),
        json.dumps(track_event(number="")).encode(),
    ],
    ids=range(7),
)
def test_what_cannot_be_read_is_refused_and_not_tried_again(body: bytes) -> None:
    assert reason_of(shippo_webhook(body), news_in) is Reason.MALFORMED


@pytest.mark.parametrize("event", ["transaction_created", "transaction_updated", "batch_created"])
def test_news_of_something_else_than_a_parcel_is_none(event: str) -> None:
    assert news_in(shippo_webhook({"event": event, "data": 7}), WEBHOOK_SECRET) is None


def test_a_status_that_cannot_be_read_leaves_the_others() -> None:
    without_time = track_status("TRANSIT") | {"status_date": None}
    broken = [without_time, track_status("TRANSIT") | {"status": ""}, track_status("DELIVERED")]
    news = news_in(shippo_webhook(track_event(*broken)), WEBHOOK_SECRET)
    assert news
    assert {each.status for each in news.scans} == {S.DELIVERED}


@given(st.text(max_size=60))
def test_no_other_header_is_taken_for_a_signature(header: str) -> None:
    with pytest.raises(WebhookRefusedError):
        news_in(replace(GENUINE, signature=header), WEBHOOK_SECRET)
