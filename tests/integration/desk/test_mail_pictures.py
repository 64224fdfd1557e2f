"""Pictures of mails: those of a customer's message follow it; nothing else of a mail is kept."""

import base64
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from aftercare.desk.incoming.pictures import LEAST_BYTES, MOST_PICTURES
from aftercare.desk.moves import Verb
from aftercare.desk.pictures import MessagePictures
from aftercare.desk.wiring import message_pictures, ticket_erasing
from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.evidence.verdict import Accepted, Refused
from aftercare.kernel.aws import client
from aftercare.orders.model import email_key_of
from console.tickets.talk import left_out
from tests.bench.meter import Meter
from tests.fakes.environment import BUCKETS
from tests.fakes.house import WORKER, House, good_photo
from tests.fakes.incoming import parts, raw_mail
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import MAIL_INTAKE, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
JPEG = b"\xff\xd8\xff\xe0" + b"J" * LEAST_BYTES
PDF = b"%PDF-1.7" + b"P" * LEAST_BYTES
ZIP = b"PK\x03\x04" + b"Z" * LEAST_BYTES


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> ServiceDesk:
    desk = service_desk(tables)
    house.clock.now = desk.clock.now
    pictures = message_pictures(house.evidence, clock=desk.clock)
    desk.intake = replace(desk.intake, pictures=lambda: pictures)
    return desk


def pictures_of(desk: ServiceDesk) -> MessagePictures:
    assert desk.intake.pictures
    return desk.intake.pictures()


def mail(*files: tuple[str, bytes], words: str = "Look at the ear.", **headers: str) -> bytes:
    """Mei's mail with these files, each in the type that anybody may claim."""
    each = (
        f"Content-Disposition: attachment; filename={name}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(body).decode()}"
        for name, body in files
    )
    body, kind = parts(f"\r\n{words}", *each)
    return raw_mail(body, content_type=kind, **{"from": EMAIL} | headers)


def shown(desk: ServiceDesk, number: str) -> list[Evidence]:
    sent = pictures_of(desk).of(desk.thread(number))
    return [slot for slots in sent.values() for slot in slots]


def waiting() -> dict[str, bytes]:
    """What waits for its screening, by its key."""
    bucket = BUCKETS["UploadsBucket"]
    found = client("s3").list_objects_v2(Bucket=bucket, Prefix="incoming/tkt_")
    return {
        each["Key"]: client("s3").get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        for each in found.get("Contents", [])
    }


def screened(
    desk: ServiceDesk, slot: Evidence, verdict: Callable[[bytes], Accepted | Refused] = good_photo
) -> None:
    pictures_of(desk).evidence.screen(slot.upload_key, verdict, actor=WORKER)


def test_a_customers_pictures_follow_their_message(desk: ServiceDesk) -> None:
    number = desk.mail(mail(("ear.bin", JPEG), ("receipt.pdf", PDF), ("x.zip", ZIP))).number
    [slot] = shown(desk, number)
    assert (slot.state, slot.entry, slot.opened_by) == (EvidenceState.WAITING, 1, MAIL_INTAKE)
    assert waiting()[slot.upload_key] == JPEG
    screened(desk, slot)
    assert [each.state for each in shown(desk, number)] == [EvidenceState.ACCEPTED]
    [message] = desk.thread(number).messages
    assert message.envelope
    assert left_out(message.envelope) == "receipt.pdf (19 KB), x.zip (19 KB)"


def test_nothing_but_pictures_is_put_anywhere(desk: ServiceDesk) -> None:
    before = waiting()
    number = desk.mail(
        mail(("receipt.pdf", PDF), ("photo.jpg", ZIP), ("logo.jpg", JPEG[:900]))
    ).number
    assert (shown(desk, number), waiting()) == ([], before)


@pytest.mark.parametrize("where", ["theirs", "nobody's"])
def test_what_nobody_proved_brings_no_picture(desk: ServiceDesk, where: str) -> None:
    number, before = desk.ask().ticket.number, waiting()
    to = desk.address(number) if where == "theirs" else "care@shop.example"
    taken = desk.mail(mail(("ear.jpg", JPEG), to=to), passes_dmarc=False)
    assert taken.parked
    assert (shown(desk, number), waiting()) == ([], before)


def test_another_customers_proved_mail_brings_none_to_this_ones_ticket(desk: ServiceDesk) -> None:
    number, before = desk.ask().ticket.number, waiting()
    raw = mail(("ear.jpg", JPEG), to=desk.address(number), **{"from": "li@example.com"})
    desk.mail(raw)
    verbs = [each.entry.verb for each in desk.thread(number).messages]
    assert verbs == [Verb.OPEN, Verb.UNCONFIRMED]
    assert (shown(desk, number), waiting()) == ([], before)


def test_a_mail_that_comes_again_has_its_pictures_once(desk: ServiceDesk) -> None:
    raw = mail(("ear.jpg", JPEG), ("box.png", b"\x89PNG\r\n\x1a\n" + JPEG))
    for _ in range(3):
        number = desk.mail(raw).number
    first, second = shown(desk, number)
    screened(desk, first)
    desk.mail(raw)
    assert waiting().keys() & {first.upload_key, second.upload_key} == {second.upload_key}
    screened(desk, second)
    screened(desk, second)
    assert {each.state for each in shown(desk, number)} == {EvidenceState.ACCEPTED}


def test_six_of_a_mail_are_taken_and_the_rest_is_named(desk: ServiceDesk) -> None:
    files = [(f"{each}.jpg", JPEG + bytes([each])) for each in range(MOST_PICTURES + 2)]
    number = desk.mail(mail(*files)).number
    assert len(shown(desk, number)) == MOST_PICTURES
    [message] = desk.thread(number).messages
    assert message.envelope
    assert left_out(message.envelope).startswith("6.jpg (19 KB), 7.jpg")


def test_one_that_nobody_screened_is_not_silently_gone(desk: ServiceDesk) -> None:
    number = desk.mail(mail(("ear.jpg", JPEG))).number
    desk.clock.forward(hours=3)
    [slot] = shown(desk, number)
    assert slot.is_late(desk.clock())


def test_a_mail_of_somebody_who_was_erased_meanwhile_brings_none(
    desk: ServiceDesk, tables: dict[str, str]
) -> None:
    number = desk.ask().ticket.number
    raw = mail(("ear.jpg", JPEG), to=desk.address(number))
    desk.mail(raw)
    [slot] = shown(desk, number)
    evidence, before = pictures_of(desk).evidence, waiting().keys()
    ticket_erasing(tables["TicketsTable"], BUCKETS["MailsBucket"]).erase(MEI, lambda _: True)
    evidence.store.remove(slot)
    evidence.photos.discard_upload(slot.upload_key)
    assert desk.mail(raw).number == number
    assert evidence.of_return(slot.return_id) == ()
    assert waiting().keys() == before - {slot.upload_key}


def test_a_mail_without_pictures_costs_what_it_did_and_each_picture_four_units(
    desk: ServiceDesk, tables: dict[str, str]
) -> None:
    with Meter(tables).attached() as meter:
        for name, files in (("none", 0), ("one", 1), ("three", 3)):
            pictures = [(f"{each}.jpg", JPEG + bytes([each])) for each in range(files)]
            raw = mail(*pictures, message_id=f"<{name}@mail.example.com>")
            with meter.step(name):
                desk.mail(raw)
    units = {name: step.write_units for name, step in meter.steps.items()}
    assert units["none"] <= 14
    assert units["one"] - units["none"] == 4
    assert units["three"] - units["none"] == 12


@pytest.mark.parametrize("seed", range(20))
def test_anything_that_begins_as_a_picture_is_for_the_screening_to_judge(
    desk: ServiceDesk, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same each time
    begins = dice.choice(
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\0ftypheic"]
    )
    body = begins + dice.randbytes(dice.randrange(LEAST_BYTES, 4 * LEAST_BYTES))
    number = desk.mail(mail(("<script>.jpg", body), message_id=f"<{seed}@mail.example.com>")).number
    [slot] = shown(desk, number)[-1:]
    assert waiting()[slot.upload_key] == body
    assert "script" not in slot.upload_key
