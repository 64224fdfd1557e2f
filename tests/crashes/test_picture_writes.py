"""A message with pictures, with a fault at each write: none is lost, none is there twice.

The message is sent first. What breaks off is done again: a form by its customer, a screening by its
queue.
"""

import base64
from dataclasses import dataclass, replace

import pytest

from aftercare.desk.incoming.pictures import LEAST_BYTES
from aftercare.desk.moves import Verb
from aftercare.desk.pictures import MOST_OF_MESSAGE, MessagePictures
from aftercare.desk.service import About, Sent
from aftercare.desk.ticket import Topic
from aftercare.desk.wiring import message_pictures
from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.orders.model import email_key_of
from tests.bench.meter import Meter
from tests.fakes.crashes.faults import Fault, Plan, Saboteur, nobody, struck
from tests.fakes.environment import BUCKETS
from tests.fakes.house import WORKER, good_photo
from tests.fakes.incoming import parts, raw_mail
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.service_desk import ServiceDesk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
FORM = Sent("The ear is off.", "form of the page", "en")
# Counted, two files, the verdict; and the upload is thrown away.
SCREENING = 5


@dataclass
class Showing:
    """A customer who sends a message and then a picture, with a fault at one of its writes."""

    desk: ServiceDesk
    pictures: MessagePictures
    saboteur: Saboteur

    def sends(self) -> str:
        about = About(Topic.PRODUCT, NUMBER)
        return self.desk.tickets.ask(MEI, about, FORM).ticket.number

    def adds(self, number: str) -> Evidence:
        thread = self.desk.tickets.thread(MEI, number)
        return self.pictures.open_slot(thread, "image/jpeg", actor=CUSTOMER)

    def screens(self, slot: Evidence) -> None:
        self.pictures.evidence.screen(slot.upload_key, good_photo, actor=WORKER)

    def shown(self, number: str) -> list[Evidence]:
        sent = self.pictures.of(self.desk.thread(number))
        return [slot for slots in sent.values() for slot in slots]


@pytest.fixture
def showing(desk: ServiceDesk, saboteur: Saboteur, buckets: dict[str, str]) -> Showing:
    names = buckets["UploadsBucket"], buckets["DocumentsBucket"]
    config = EvidenceConfig(desk.tables["EvidenceTable"], *names)
    evidence = evidence_service(config, clock=desk.clock)
    return Showing(desk, message_pictures(evidence, clock=desk.clock), saboteur)


def uploads(slot: Evidence) -> None:
    bucket = BUCKETS["UploadsBucket"]
    client("s3").put_object(Bucket=bucket, Key=slot.upload_key, Body=b"photo")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_message_that_breaks_off_before_its_pictures_is_one_and_takes_them(
    showing: Showing, fault: Fault
) -> None:
    assert struck(showing.saboteur, showing.sends, Plan(fault, 1, nobody))
    number = showing.sends()
    assert showing.sends() == number
    slot = showing.adds(number)
    assert [each.words for each in showing.desk.thread(number).messages] == [FORM.words]
    assert showing.shown(number) == [slot]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_place_that_was_opened_and_never_heard_of_takes_no_room_for_long(
    showing: Showing, fault: Fault
) -> None:
    number = showing.sends()
    for _ in range(MOST_OF_MESSAGE):
        assert struck(showing.saboteur, lambda: showing.adds(number), Plan(fault, 1, nobody))
    showing.desk.clock.forward(minutes=13)
    slot = showing.adds(number)
    assert showing.shown(number) == [slot]


@pytest.mark.parametrize("write", range(1, SCREENING + 1))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_screening_that_breaks_off_ends_once(showing: Showing, write: int, fault: Fault) -> None:
    number = showing.sends()
    slot = showing.adds(number)
    uploads(slot)
    plan = Plan(fault, write, nobody)
    assert struck(showing.saboteur, lambda: showing.screens(slot), plan), f"no write {write}"
    for _ in range(2):
        showing.screens(slot)
    [judged] = showing.shown(number)
    assert (judged.evidence_id, judged.state) == (slot.evidence_id, EvidenceState.ACCEPTED)
    kept = client("s3").list_objects_v2(Bucket=BUCKETS["DocumentsBucket"], Prefix=judged.prefix)
    assert {each["Key"] for each in kept["Contents"]} == set(judged.kept_keys)


def test_these_are_all_writes_of_a_screening(showing: Showing) -> None:
    slot = showing.adds(showing.sends())
    uploads(slot)
    plan = Plan(FAULTS[0], SCREENING + 1, nobody)
    assert not struck(showing.saboteur, lambda: showing.screens(slot), plan)


def test_a_picture_costs_six_units_and_its_message_what_it_did(
    showing: Showing, tables: dict[str, str]
) -> None:
    number = showing.sends()
    with Meter(tables).attached() as meter:
        with meter.step("opened"):
            slot = showing.adds(number)
        uploads(slot)
        with meter.step("screened"):
            showing.screens(slot)
    assert [each.write_units for each in meter.steps.values()] == [4, 2]


@pytest.mark.parametrize("write", range(1, 6))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_mail_that_breaks_off_has_its_pictures_once_it_comes_again(
    showing: Showing, write: int, fault: Fault
) -> None:
    """Its message, and for each picture a slot and an upload."""
    desk = showing.desk
    desk.intake = replace(desk.intake, pictures=lambda: showing.pictures)
    photo = base64.encodebytes(b"\xff\xd8\xff\xe0" + b"J" * LEAST_BYTES).decode()
    file = f"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n{photo}"
    body, kind = parts("\r\nLook at the ear.", file, file)
    raw = raw_mail(body, content_type=kind, **{"from": EMAIL})
    plan = Plan(fault, write, nobody)
    assert struck(showing.saboteur, lambda: desk.mail(raw, "ses"), plan), f"no write {write}"
    number = desk.mail(raw, "ses").number
    assert desk.mail(raw, "ses").number == number
    first, second = showing.shown(number)
    assert first.evidence_id != second.evidence_id
    for slot in (first, second):
        showing.screens(slot)
    assert {each.state for each in showing.shown(number)} == {EvidenceState.ACCEPTED}
    assert [each.entry.verb for each in desk.thread(number).messages] == [Verb.OPEN]
