"""What a photo says of its label, its camera and its moment, and what of that is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.evidence.captures import capture_id, findings, identified, label_text, taken_before
from aftercare.evidence.model import Advice, Evidence, EvidenceKind
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused, Taken

DELIVERED = datetime(2026, 11, 10, 15, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINK = "https://id.example.com/01/09506000134352/21/7K4M2P9DXW3RB6TN"
SLOT = Evidence("ret_1", "evd_1", "image/jpeg", NOW, delivered_at=DELIVERED)
PHOTO = Accepted(b"photo", b"thumbnail", 1200, 900, "0" * 64)


def at(moment: datetime) -> Taken:
    return Taken(moment, moment)


@pytest.mark.parametrize(
    ("taken", "before"),
    [
        (DELIVERED - timedelta(days=30), True),
        (DELIVERED - 25 * HOUR, True),
        (DELIVERED - 24 * HOUR, False),
        (DELIVERED + HOUR, False),
        (NOW + 24 * HOUR, False),
        (NOW + 25 * HOUR, None),
        (datetime(2009, 12, 31, tzinfo=UTC), None),
        (datetime(1980, 1, 1, tzinfo=UTC), None),
    ],
)
def test_a_photo_is_from_before_the_delivery_by_more_than_a_day_of_a_believable_clock(
    taken: datetime, before: bool | None
) -> None:
    assert taken_before(at(taken), DELIVERED, NOW) is before


def test_a_camera_that_names_no_zone_has_the_benefit_of_all_of_them() -> None:
    noon = DELIVERED - 30 * HOUR
    assert taken_before(Taken(noon - 14 * HOUR, noon + 12 * HOUR), DELIVERED, NOW) is False


def test_without_a_delivery_or_a_time_nothing_is_said() -> None:
    assert taken_before(None, DELIVERED, NOW) is None
    assert taken_before(at(DELIVERED), None, NOW) is None


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        ([], ""),
        (["  "], ""),
        (["WIFI:S:home"], "WIFI:S:home"),
        (["https://a.example", "https://b.example"], ""),
        (["https://a.example", LINK], LINK),
        ([LINK, LINK], LINK),
        ([LINK, LINK.replace("7K4M", "8K4M")], ""),
        (["a\x00b"], ""),
    ],
)
def test_the_label_is_the_one_qr_code_or_the_one_with_a_serial(texts: list[str], text: str) -> None:
    assert label_text(texts) == text


@pytest.mark.parametrize(
    ("kind", "text", "serial"),
    [
        (EvidenceKind.SERIAL_CODE, LINK, "7K4M2P9DXW3RB6TN"),
        (EvidenceKind.PACKAGING, LINK, "7K4M2P9DXW3RB6TN"),
        (
            EvidenceKind.PHOTO,
            "https://check.example/?code=7K4M-2P9D-XW3R-B6TN",
            "7K4M-2P9D-XW3R-B6TN",
        ),
        (EvidenceKind.PHOTO, "https://sign-in.example/?code=4-0AfJohXk&state=1", ""),
        (EvidenceKind.PHOTO, "2110 Maple Hollow Rd", ""),
        (EvidenceKind.SERIAL_CODE, "http://copy.example/x", "http://copy.example/x"),
        (EvidenceKind.RECEIPT, "https://pay.example/jordan", ""),
        (EvidenceKind.SERIAL_CODE, "x" * 999, "x" * 200),
        (EvidenceKind.SERIAL_CODE, "", ""),
    ],
)
def test_only_a_products_serial_is_kept_unless_the_photo_is_to_show_the_code(
    kind: EvidenceKind, text: str, serial: str
) -> None:
    found = findings(replace(SLOT, kind=kind), replace(PHOTO, serial=text), NOW)
    assert found["serial"] == serial


def test_advice_and_measures_are_kept_and_the_time_is_not() -> None:
    verdict = replace(
        PHOTO, advice=(Advice.DARK,), measures={"brightness": 9}, taken=at(DELIVERED - 48 * HOUR)
    )
    assert findings(SLOT, verdict, NOW) == {
        "advice": (Advice.DARK,),
        "measures": {"brightness": 9},
        "serial": "",
        "before_delivery": True,
    }


def test_a_capture_is_hashed_with_the_deployments_key() -> None:
    here, again, there = (capture_id(key, "camera|moment") for key in (b"a", b"a", b"b"))
    assert here == again != there
    assert here != capture_id(b"a", "camera|another moment")
    assert len(here) == 32
    assert "camera" not in here


def test_only_the_hash_of_a_capture_leaves_the_intake() -> None:
    verdict = replace(PHOTO, capture="camera|moment")
    assert identified(verdict, b"key") == replace(
        verdict, capture=capture_id(b"key", "camera|moment")
    )
    assert identified(PHOTO, b"key") == PHOTO
    refused = Refused(RefusalReason.EMPTY)
    assert identified(refused, b"key") == refused
