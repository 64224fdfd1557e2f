"""What `mail_intake` does with the mails of which SES tells."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import boto3
import pytest

from aftercare.desk.incoming.model import Desk, Parked
from aftercare.desk.incoming.reading import MOST_BYTES
from aftercare.desk.mailed import Taken
from aftercare.desk.wiring import ticket_erasing
from aftercare.erasure.places import BUCKETS as PLACES
from aftercare.orders.model import email_key_of
from infra.operator.mail import addressed, notification, results, shown
from mail_intake.app import handler
from tests.fakes.environment import BUCKETS, DESK_MAILBOX
from tests.fakes.events import CONTEXT, Json, queue_event
from tests.fakes.incoming import raw_mail
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk, service_desk
from tests.fakes.template import ROOT, resources
from tests.unit.desk.test_hostile_mails import PARKED, READ

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
MAILS = BUCKETS["MailsBucket"]
FAILED = {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
DONE: Json = {"batchItemFailures": []}
NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def told(raw: bytes, name: str = "ses1", *, is_forged: bool = False) -> Json:
    """What SES tells of the mail after it stored it."""
    raw = results("example.com", is_forged=is_forged) + raw
    boto3.client("s3").put_object(Bucket=MAILS, Key=f"incoming/{name}", Body=raw)
    return notification(name, NOW, addressed(raw, Desk(DESK_MAILBOX)), is_forged=is_forged)


def mail(body: bytes | str = "The box was open.") -> bytes:
    return raw_mail(body, authentication_results=None, **{"from": EMAIL})


def test_a_mail_that_ses_received_opens_its_ticket_and_names_nobody_in_a_log(
    desk: ServiceDesk,
) -> None:
    with logged() as log:
        for _ in range(2):
            assert handler(queue_event(told(mail())), CONTEXT) == DONE
    [ticket] = desk.tickets.of_customer(email_key_of(EMAIL))
    [message] = desk.thread(ticket.number).messages
    assert message.envelope is not None
    assert message.envelope.raw == "incoming/ses1"
    assert EMAIL not in log.getvalue()
    assert "The box" not in log.getvalue()


def test_a_forged_mail_is_parked(desk: ServiceDesk) -> None:
    assert handler(queue_event(told(mail(), is_forged=True)), CONTEXT) == DONE
    [parked] = desk.parked()
    assert parked.reason is Parked.UNPROVED
    assert desk.tickets.of_customer(email_key_of(EMAIL)) == ()


@pytest.mark.parametrize("verdict", ["FAIL", "GRAY", "PROCESSING_FAILED", "pass", ""])
def test_anything_but_a_pass_of_the_receipt_proves_nothing(desk: ServiceDesk, verdict: str) -> None:
    message = told(mail())
    message["receipt"]["dmarcVerdict"] = {"status": verdict}
    assert handler(queue_event(message), CONTEXT) == DONE
    assert [each.reason for each in desk.parked()] == [Parked.UNPROVED]


def test_a_receipt_without_verdicts_proves_nothing(desk: ServiceDesk) -> None:
    message = told(mail())
    for name in ("dmarcVerdict", "spamVerdict", "virusVerdict"):
        del message["receipt"][name]
    assert handler(queue_event(message), CONTEXT) == DONE
    assert [each.reason for each in desk.parked()] == [Parked.UNPROVED]


def test_a_mail_that_is_not_there_and_what_is_no_notification_come_again(desk: ServiceDesk) -> None:
    missing = notification("none", NOW, [DESK_MAILBOX], is_forged=False)
    far = told(mail())
    far["receipt"]["timestamp"] = "9999-12-31T23:59:59-23:59"
    wrongs: list[Json] = [missing, far, {}, {"mail": {}, "receipt": []}]
    for wrong in wrongs:
        assert handler(queue_event(wrong), CONTEXT) == FAILED
    assert desk.parked() == []


@pytest.mark.parametrize(
    "made",
    [*PARKED.values(), *READ.values(), lambda: raw_mail(b"a" * (MOST_BYTES + 10))],
    ids=[*PARKED, *READ, "too large"],
)
def test_whatever_comes_is_taken_or_parked(desk: ServiceDesk, made: Callable[[], bytes]) -> None:
    assert handler(queue_event(told(made())), CONTEXT) == DONE
    parked = [each.reason for each in desk.parked()]
    assert set(parked) <= set(Parked)


def test_the_raw_mail_is_erased_with_its_person(desk: ServiceDesk) -> None:
    for name, is_forged in (("ses1", False), ("ses2", True)):
        handler(queue_event(told(mail(name), name, is_forged=is_forged)), CONTEXT)
    assert boto3.client("s3").list_objects_v2(Bucket=MAILS)["KeyCount"] >= 2
    erasing = ticket_erasing(desk.tables["TicketsTable"], MAILS)
    erasing.erase(email_key_of(EMAIL), lambda _: True)
    left = boto3.client("s3").list_objects_v2(Bucket=MAILS).get("Contents", [])
    assert not {"incoming/ses1", "incoming/ses2"} & {each["Key"] for each in left}
    assert desk.parked() == []
    assert "MailsBucket" in PLACES


def test_an_operator_is_told_what_became_of_a_mail() -> None:
    assert shown(Taken("R-7K2M-9QXA-8")) == "Ticket R-7K2M-9QXA-8"
    assert shown(Taken("", Parked.LIST)) == "Parked: list"
    unconfirmed = Taken("R-7K2M-9QXA-8", Parked.UNPROVED)
    assert shown(unconfirmed) == "Parked: unproved (sent to ticket R-7K2M-9QXA-8)"


_MEASURED = """
import sys
from aftercare.desk.incoming.model import Desk
from aftercare.desk.incoming.reading import read_mail
read_mail(sys.stdin.buffer.read(), Desk("care@shop.example"))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["megabytes of base64", "megabytes of words", "many parts"])
def test_the_worst_mails_fit_into_the_functions_memory_with_what_it_needs_itself(name: str) -> None:
    """Half of it is for the interpreter, the SDK and the rooms."""
    made = (READ | PARKED)[name]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED],
        input=made(),
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "layers" / "aftercare")},
    )
    memory = resources("AWS::Serverless::Function")["MailIntakeFunction"]["MemorySize"]
    assert json.loads(done.stdout) <= memory / 2
