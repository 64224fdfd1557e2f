"""Which mailboxes get no mail, since when, why; and who lifted it."""

from datetime import timedelta

import boto3
import pytest

from aftercare.kernel.actor import operator, system
from aftercare.mail.errors import MailboxNotSuppressedError
from aftercare.mail.model import Feedback, Reason
from aftercare.mail.service import LIFTED, SUPPRESSED, MailboxService
from aftercare.orders.model import email_key_of
from tests.fakes.house import SetClock
from tests.fakes.mails import mailboxes_on
from tests.fakes.orders import NOON
from tests.fakes.points_desk import fresh

pytestmark = pytest.mark.integration
MAILER, MEI = system("mailer"), operator("mei")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def mailboxes(tables: dict[str, str], clock: SetClock) -> MailboxService:
    return mailboxes_on(tables, clock)


@pytest.fixture
def email() -> str:
    return f"{fresh('box')}@example.com"


def bounced(email: str, reason: Reason = Reason.BOUNCE, hours: int = 0) -> Feedback:
    return Feedback((email,), reason, "General", NOON + timedelta(hours=hours))


def test_a_mailbox_that_never_bounced_has_no_record(mailboxes: MailboxService, email: str) -> None:
    assert mailboxes.suppression(email) is None
    assert mailboxes.history(email) == ()
    with pytest.raises(MailboxNotSuppressedError):
        mailboxes.lift(email, actor=MEI)


def test_a_bounce_is_kept_with_its_reason_and_its_time(
    mailboxes: MailboxService, email: str
) -> None:
    mailboxes.suppress(bounced(email), actor=MAILER)
    stored = mailboxes.suppression(f"  {email.upper()} ")
    assert stored
    assert stored.is_active
    assert (stored.reason, stored.detail, stored.since) == (Reason.BOUNCE, "General", NOON)
    [entry] = mailboxes.history(email)
    assert (entry.entry_type, entry.actor) == (SUPPRESSED, MAILER)
    assert dict(entry.data) == {"reason": "bounce", "detail": "General"}


def test_the_same_feedback_again_or_more_of_it_changes_nothing(
    mailboxes: MailboxService, email: str
) -> None:
    mailboxes.suppress(bounced(email), actor=MAILER)
    mailboxes.suppress(bounced(email), actor=MAILER)
    mailboxes.suppress(bounced(email, Reason.COMPLAINT, hours=1), actor=MAILER)
    stored = mailboxes.suppression(email)
    assert stored
    assert (stored.reason, stored.since) == (Reason.BOUNCE, NOON)
    assert len(mailboxes.history(email)) == 1


def test_an_operator_lifts_it_and_the_record_says_who_and_when(
    mailboxes: MailboxService, clock: SetClock, email: str
) -> None:
    mailboxes.suppress(bounced(email), actor=MAILER)
    clock.forward(hours=2)
    mailboxes.lift(email, actor=MEI)
    stored = mailboxes.suppression(email)
    assert stored
    assert not stored.is_active
    assert (stored.lifted_at, stored.lifted_by) == (clock.now, MEI)
    assert [entry.entry_type for entry in mailboxes.history(email)] == [SUPPRESSED, LIFTED]
    with pytest.raises(MailboxNotSuppressedError):
        mailboxes.lift(email, actor=MEI)


def test_a_bounce_from_before_it_was_lifted_does_not_undo_that_and_a_new_one_does(
    mailboxes: MailboxService, clock: SetClock, email: str
) -> None:
    mailboxes.suppress(bounced(email), actor=MAILER)
    clock.forward(hours=2)
    mailboxes.lift(email, actor=MEI)
    mailboxes.suppress(bounced(email, hours=1), actor=MAILER)
    lifted = mailboxes.suppression(email)
    assert lifted
    assert not lifted.is_active
    mailboxes.suppress(bounced(email, Reason.COMPLAINT, hours=3), actor=MAILER)
    stored = mailboxes.suppression(email)
    assert stored
    assert stored.is_active
    assert (stored.reason, stored.lifted_by) == (Reason.COMPLAINT, "")


def test_the_table_names_nobody(
    mailboxes: MailboxService, tables: dict[str, str], email: str
) -> None:
    mailboxes.suppress(bounced(email), actor=MAILER)
    items = boto3.client("dynamodb").scan(TableName=tables["MailTable"])["Items"]
    assert f"MAILBOX#{email_key_of(email)}" in {item["pk"]["S"] for item in items}
    assert email not in str(items)
