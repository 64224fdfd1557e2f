"""The mail table as other versions stored it: today's samples, and a newer version's items."""

import boto3
import pytest

from aftercare.kernel.actor import operator
from aftercare.mail.errors import MailHeldError
from aftercare.mail.model import ACCESS_CODE, POINTS_LAPSED, POINTS_REMINDER, Mail, Outcome
from tests.fakes.actors import MAILER
from tests.fakes.house import SetClock
from tests.fakes.mails import Outbox, mailboxes_on, mails_on
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("mail")
LAPSED = Mail(POINTS_LAPSED, "ent_01M7ZWT7EBRZXGXK0P6ZBVJ78J", "mei@example.com", {"points": 20})
REMINDER_ID = "rem_2026-11-27_mem_01JHMMR0G0DEM0MEJ00000000A"
REMINDER = Mail(POINTS_REMINDER, REMINDER_ID, "mei@example.com", {})
CODE = Mail(ACCESS_CODE, "sgn_01M7ZWT7EBRZXGXK0P6ZBVJ78F", "mei@example.com", {})


def newer(item: Item) -> Item:
    """The same as a later version may store it."""
    return item | {"schema": {"N": "2"}, "campaign": {"M": {"name": {"S": "spring"}}}}


@pytest.fixture(params=["as they are", "as a later version stores them"])
def outbox(request: pytest.FixtureRequest, tables: dict[str, str]) -> Outbox:
    for item in SAMPLES.values():
        stored = newer(item) if request.param.startswith("as a later") else item
        boto3.client("dynamodb").put_item(TableName=tables["MailTable"], Item=stored)
    return Outbox()


def test_what_was_sent_or_refused_is_not_sent_again(outbox: Outbox, tables: dict[str, str]) -> None:
    mails = mails_on(tables, outbox, SetClock())
    assert [mails.send(LAPSED, actor=MAILER), mails.send(REMINDER, actor=MAILER)] == [
        Outcome.REPEATED
    ] * 2
    assert mails.store.outcome(LAPSED.key) is Outcome.SENT
    assert mails.store.outcome(REMINDER.key) is Outcome.REFUSED
    assert outbox.sent == []


def test_a_dead_workers_lease_ends(outbox: Outbox, tables: dict[str, str]) -> None:
    clock = SetClock()
    mails = mails_on(tables, outbox, clock)
    with pytest.raises(MailHeldError):
        mails.send(CODE, actor=MAILER)
    clock.forward(seconds=60)
    assert mails.send(CODE, actor=MAILER) is Outcome.SENT


@pytest.mark.usefixtures("outbox")
def test_suppressions_and_their_history_are_read_and_go_on(tables: dict[str, str]) -> None:
    mailboxes = mailboxes_on(tables, SetClock())
    stored = mailboxes.suppression("angry@example.com")
    assert stored
    assert (stored.reason, stored.detail, stored.is_active) == ("complaint", "abuse", True)
    lifted = mailboxes.suppression("gone@example.com")
    assert lifted
    assert (lifted.reason, lifted.lifted_by) == ("bounce", "operator:mei")
    assert {entry.entry_type for entry in mailboxes.history("gone@example.com")} == {
        "mail.suppressed",
        "mail.suppression_lifted",
    }
    assert not mailboxes.lift("angry@example.com", actor=operator("mei")).is_active


def test_an_end_or_a_reason_of_a_later_version_still_holds(tables: dict[str, str]) -> None:
    """A roll-back must neither send what has ended nor mail to who must not be mailed."""
    changed = {"05-mail-sent": ("state", "archived"), "06-suppression-active": ("reason", "legal")}
    for name, (column, value) in changed.items():
        item = SAMPLES[name] | {column: {"S": value}}
        boto3.client("dynamodb").put_item(TableName=tables["MailTable"], Item=item)
    outbox = Outbox()
    mails = mails_on(tables, outbox, SetClock())
    assert mails.send(LAPSED, actor=MAILER) is Outcome.REPEATED
    angry = Mail(POINTS_LAPSED, "ent_2", "angry@example.com", {"points": 1})
    assert mails.send(angry, actor=MAILER) is Outcome.SUPPRESSED
    assert outbox.sent == []
