"""What the intake finds in a photo is kept with its verdict."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.evidence.model import Advice, EvidenceKind
from aftercare.evidence.verdict import Accepted, Taken
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from tests.fakes.house import WORKER, House, put_upload
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
LINK = "https://id.example.com/01/09506000134352/21/7K4M2P9DXW3RB6TN"
PLAIN = Accepted(b"photo", b"thumbnail", 1200, 900, "0" * 64)


def test_what_is_found_in_a_photo_is_stored_with_its_verdict(house: House) -> None:
    delivered = house.clock() - timedelta(days=2)
    taken = delivered - timedelta(days=40)
    verdict = replace(
        PLAIN,
        advice=(Advice.BLURRED, Advice.DARK),
        measures={"sharpness": 21, "brightness": 40},
        serial=LINK,
        taken=Taken(taken, taken),
    )
    slot = house.evidence.open_slot(
        new_id("ret", NOON), "image/jpeg", EvidenceKind.SERIAL_CODE, delivered, actor=CUSTOMER
    )
    put_upload(house, slot.upload_key, b"photo")
    judged = house.evidence.screen(slot.upload_key, lambda _: verdict, actor=WORKER)
    stored = house.evidence.slot(slot.return_id, slot.evidence_id)
    assert stored == judged
    assert stored.advice == (Advice.BLURRED, Advice.DARK)
    assert stored.measures == {"sharpness": 21, "brightness": 40}
    assert stored.serial == "7K4M2P9DXW3RB6TN"
    assert not stored.serial_typed
    assert stored.before_delivery is True
