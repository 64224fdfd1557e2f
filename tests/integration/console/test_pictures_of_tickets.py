"""Pictures that came with messages, as staff and counters see them."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftercare.desk.moves import Verb
from aftercare.desk.pictures import MessagePictures
from aftercare.desk.ticket import Thread
from aftercare.desk.wiring import message_pictures
from aftercare.evidence.model import Evidence
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.config import read
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import WORKER, SetClock, good_photo
from tests.fakes.incoming import parts, raw_mail
from tests.fakes.orders import EMAIL
from tests.fakes.reviews import Desk
from tests.fakes.service_desk import SOHO, ServiceDesk, service_desk
from tests.fakes.ticket_pages import acts, at
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

type SignIn = Callable[[str], StaffBrowser]


@pytest.fixture
def service(desk: Desk, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it empties tables
    beside = service_desk(tables, SetClock(datetime.now(UTC)))
    beside.handing = replace(beside.handing, key=SIGNING_KEY.encode)
    return beside


@pytest.fixture
def signed_in(service: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it comes later
    return lambda role: StaffBrowser().signs_in(pool, pool.add(role, name="Ada Agent"))


@pytest.fixture
def pictures(service: ServiceDesk) -> MessagePictures:
    evidence = evidence_service(read(EvidenceConfig), clock=service.clock)
    return message_pictures(evidence, clock=service.clock)


def sends(
    pictures: MessagePictures,
    thread: Thread,
    verdict: Callable[[bytes], Accepted | Refused] | None = good_photo,
) -> Evidence:
    """A picture of the customer's; it is screened unless there is no verdict yet."""
    slot = pictures.open_slot(thread, "image/jpeg", actor=CUSTOMER)
    if verdict:
        bucket = pictures.evidence.photos.uploads
        client("s3").put_object(Bucket=bucket, Key=slot.upload_key, Body=b"photo")
        pictures.evidence.screen(slot.upload_key, verdict, actor=WORKER)
    return slot


def too_dark(_: bytes) -> Accepted | Refused:
    return Refused(RefusalReason.TOO_DARK)


def test_an_agent_sees_the_pictures_of_a_message_and_leaves_one_trace(
    service: ServiceDesk, pictures: MessagePictures, signed_in: SignIn
) -> None:
    thread, agent = service.ask(), signed_in("agent")
    slots = []
    for verdict in (good_photo, None, too_dark):
        slots.append(sends(pictures, thread, verdict))
        service.clock.forward(seconds=1)
    good, waits, dark = slots
    page = agent.get(at(thread))
    assert f'src="{at(thread)}/pictures/{good.evidence_id}"' in page.body
    assert f"/pictures/{waits.evidence_id}" not in page.body
    assert "2. Photo Not uploaded yet" in page.text
    assert "3. Photo Refused: too dark" in page.text
    assert f'id="{dark.evidence_id}"' in page.body
    for _ in range(2):
        shown = agent.get(f"{at(thread)}/pictures/{good.evidence_id}")
        assert (shown.status, f"evidence/{thread.ticket.ticket_id}/" in shown.location) == (
            302,
            True,
        )
    traces = StaffStore(service.tables["StaffTable"]).traces(thread.ticket.ticket_id)
    assert [each.act for each in traces].count(Act.SAW_EVIDENCE) == 1
    assert agent.get(f"{at(thread)}/pictures/{waits.evidence_id}").status == 404


def test_a_picture_of_another_ticket_is_not_there(
    service: ServiceDesk, pictures: MessagePictures, signed_in: SignIn
) -> None:
    one, other, agent = service.ask(), service.ask(), signed_in("agent")
    slot = sends(pictures, one)
    assert agent.get(f"{at(other)}/pictures/{slot.evidence_id}").status == 404
    assert signed_in("warehouse").get(f"{at(one)}/pictures/{slot.evidence_id}").status == 403


def test_merged_tickets_show_the_pictures_of_both(
    service: ServiceDesk, pictures: MessagePictures, signed_in: SignIn
) -> None:
    one = service.ask()
    service.clock.forward(seconds=1)
    other, agent = service.ask(), signed_in("agent")
    slots = [sends(pictures, thread) for thread in (one, other)]
    service.merge(one.ticket.number, other.ticket.number)
    page = agent.get(at(one))
    for slot in slots:
        assert f'src="{at(one)}/pictures/{slot.evidence_id}"' in page.body
        assert agent.get(f"{at(other)}/pictures/{slot.evidence_id}").status == 302
    merged = service.thread(one.ticket.number)
    late = sends(pictures, merged)
    assert late.return_id in {one.ticket.ticket_id, other.ticket.ticket_id}
    assert len(page_pictures(agent, one)) == 3


def page_pictures(agent: StaffBrowser, thread: Thread) -> list[str]:
    return agent.get(at(thread)).body.split('<figure class="piece"')[1:]


def test_a_counter_sees_the_pictures_of_what_was_handed_over(
    service: ServiceDesk, pictures: MessagePictures, signed_in: SignIn
) -> None:
    thread, store = service.ask(), signed_in("store")
    slot = sends(pictures, thread)
    number = thread.ticket.number
    store.get("/counter")
    where = store.post("/counter", code=service.code(number), store=SOHO).location
    assert f'src="/counter/{number}/pictures/{slot.evidence_id}"' in store.get(where).body
    assert store.get(f"/counter/{number}/pictures/{slot.evidence_id}").status == 302
    traces = StaffStore(service.tables["StaffTable"]).traces(thread.ticket.ticket_id)
    assert Act.SAW_EVIDENCE in [each.act for each in traces]
    elsewhere = service.ask()
    other = sends(pictures, elsewhere)
    path = f"/counter/{elsewhere.ticket.number}/pictures/{other.evidence_id}"
    assert store.get(path).status >= 400


def test_what_was_answered_takes_no_more_and_a_new_message_does(
    service: ServiceDesk, pictures: MessagePictures, signed_in: SignIn
) -> None:
    thread = service.ask()
    assert pictures.taking(thread)
    acts(signed_in("agent"), at(thread), Verb.REPLY)
    assert pictures.taking(service.thread(thread.ticket.number)) is None
    for verb in (Verb.RESOLVE, Verb.NO_ACTION):
        again = service.write(thread.ticket.number)
        placed = pictures.taking(again)
        assert placed
        assert placed.message is again.messages[-1]
        service.act(thread.ticket.number, verb)
        assert pictures.taking(service.thread(thread.ticket.number)) is None


def test_what_a_mail_brought_beside_its_pictures_is_named_as_left_out(
    service: ServiceDesk, pictures: MessagePictures, signed_in: SignIn
) -> None:
    service.intake = replace(service.intake, pictures=lambda: pictures)
    photo = b"\xff\xd8\xff\xe0" + b"J" * 20_000
    files = [
        f"Content-Disposition: attachment; filename={name}\r\n"
        "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(body).decode()}"
        for name, body in (("ear.jpg", photo), ("invoice.jpg", b"%PDF-1.7"), ("run.zip", b"PK"))
    ]
    body, kind = parts("\r\nLook at the ear.", *files)
    raw = raw_mail(body, content_type=kind, **{"from": EMAIL})
    thread = service.thread(service.mail(raw).number)
    agent = signed_in("agent")
    text = agent.get(at(thread)).text
    assert "1. Photo Not uploaded yet" in text
    assert "Left out, in the raw mail: invoice.jpg (1 KB), run.zip (1 KB)" in text
    assert "ear.jpg" not in text
