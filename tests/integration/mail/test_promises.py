"""How often a mail is sent, whatever happens to its worker: once at most, or until it was."""

from datetime import timedelta

import boto3
import pytest

from aftercare.kernel.actor import system
from aftercare.mail.errors import (
    MailDeferredError,
    MailHeldError,
    MailRejectedError,
    MailUncertainError,
)
from aftercare.mail.model import (
    KINDS,
    LEASE,
    POINTS_LAPSED,
    POINTS_REMINDER,
    Feedback,
    Kind,
    Mail,
    Outcome,
    Promise,
    Reason,
)
from aftercare.mail.service import MailService
from tests.fakes.actors import MAILER
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import SetClock
from tests.fakes.mails import Outbox, mailboxes_on, mails_on
from tests.fakes.points_desk import fresh

pytestmark = pytest.mark.integration
# Of a mail that is sent: its claim, and the note that it was sent.
WRITES = 2
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


class Desk:
    """The room on a clock of the test's own."""

    def __init__(self, tables: dict[str, str]) -> None:
        self.clock = SetClock()
        self.outbox = Outbox()
        self.mails: MailService = mails_on(tables, self.outbox, self.clock)
        self.mailboxes = mailboxes_on(tables, self.clock)

    def send(self, mail: Mail) -> Outcome:
        return self.mails.send(mail, actor=MAILER)

    def redeliver(self, mail: Mail) -> Outcome:
        """The message comes again, once its visibility timeout is over."""
        self.clock.forward(seconds=60)
        return self.send(mail)


@pytest.fixture
def desk(tables: dict[str, str]) -> Desk:
    return Desk(tables)


def mail_of(kind: Kind) -> Mail:
    return Mail(kind, fresh("ent"), f"{fresh('mei')}@example.com", {"points": 20})


def test_a_claim_and_its_outcome_name_who_sent(desk: Desk, tables: dict[str, str]) -> None:
    mail = mail_of(POINTS_LAPSED)
    desk.send(mail)
    key = {"pk": {"S": f"MAIL#{mail.key}"}, "sk": {"S": "MAIL"}}
    item = boto3.client("dynamodb").get_item(TableName=tables["MailTable"], Key=key)["Item"]
    assert (item["state"], item["actor"]) == ({"S": "sent"}, {"S": MAILER})


must_know = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.promise is Promise.UNTIL_SENT], ids=lambda k: k.name
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@every_kind
def test_a_mail_is_sent_once_and_never_again(desk: Desk, kind: Kind) -> None:
    mail = mail_of(kind)
    assert [desk.send(mail), desk.send(mail)] == [Outcome.SENT, Outcome.REPEATED]
    desk.clock.forward(days=59)
    assert desk.send(mail) is Outcome.REPEATED
    assert desk.outbox.sent == [mail]


@must_know
def test_a_mail_that_must_arrive_outlives_its_worker(desk: Desk, kind: Kind) -> None:
    mail = mail_of(kind)
    desk.outbox.answers.append(CrashError())
    with pytest.raises(CrashError):
        desk.send(mail)
    with pytest.raises(MailHeldError):
        desk.send(mail)
    assert desk.redeliver(mail) is Outcome.SENT
    assert desk.outbox.sent == [mail]


def test_a_lease_ends_when_it_says(desk: Desk) -> None:
    mail = mail_of(POINTS_LAPSED)
    desk.outbox.answers.append(CrashError())
    with pytest.raises(CrashError):
        desk.send(mail)
    desk.clock.now += LEASE - timedelta(microseconds=1)
    with pytest.raises(MailHeldError):
        desk.send(mail)
    desk.clock.now += timedelta(microseconds=1)
    assert desk.send(mail) is Outcome.SENT


def test_a_reminder_dies_with_its_worker(desk: Desk) -> None:
    mail = mail_of(POINTS_REMINDER)
    desk.outbox.answers.append(CrashError())
    with pytest.raises(CrashError):
        desk.send(mail)
    assert desk.redeliver(mail) is Outcome.REPEATED
    assert desk.outbox.sent == []


@every_kind
def test_a_mail_that_was_not_taken_is_sent_when_it_comes_again(desk: Desk, kind: Kind) -> None:
    mail = mail_of(kind)
    desk.outbox.answers.append(MailDeferredError("Throttling"))
    with pytest.raises(MailDeferredError):
        desk.send(mail)
    assert desk.send(mail) is Outcome.SENT


@every_kind
def test_of_what_ses_may_have_taken_only_a_reminder_is_not_sent_again(
    desk: Desk, kind: Kind
) -> None:
    mail = mail_of(kind)
    desk.outbox.answers.append(MailUncertainError("InternalFailure"))
    with pytest.raises(MailUncertainError):
        desk.send(mail)
    again = Outcome.SENT if kind.promise is Promise.UNTIL_SENT else Outcome.REPEATED
    assert desk.send(mail) is again


@every_kind
def test_what_ses_refuses_for_good_has_ended(desk: Desk, kind: Kind) -> None:
    mail = mail_of(kind)
    desk.outbox.answers.append(MailRejectedError("MessageRejected"))
    assert desk.send(mail) is Outcome.REFUSED
    assert desk.redeliver(mail) is Outcome.REPEATED
    assert desk.mails.store.outcome(mail.key) is Outcome.REFUSED
    assert desk.outbox.sent == []


@every_kind
def test_a_suppressed_mailbox_gets_nothing_and_the_mail_says_why(desk: Desk, kind: Kind) -> None:
    mail = mail_of(kind)
    feedback = Feedback((mail.to.upper(),), Reason.BOUNCE, "General", desk.clock())
    desk.mailboxes.suppress(feedback, actor=system("mailer"))
    assert desk.send(mail) is Outcome.SUPPRESSED
    assert desk.redeliver(mail) is Outcome.REPEATED
    assert desk.mails.store.outcome(mail.key) is Outcome.SUPPRESSED
    assert desk.outbox.sent == []


def test_two_mails_of_one_entry_do_not_stand_in_each_others_way(desk: Desk) -> None:
    one = mail_of(POINTS_LAPSED)
    other = Mail(POINTS_REMINDER, one.mail_id, one.to, one.values)
    assert [desk.send(one), desk.send(other)] == [Outcome.SENT, Outcome.SENT]


# ---------------------------------------------------------------- a fault at each write


def deliver(desk: Desk, saboteur: Saboteur, mail: Mail, plan: Plan) -> None:
    """The message, with a fault at one write, and again until it is answered."""
    try:
        with saboteur.during(plan):
            desk.send(mail)
    except (CrashError, Exception):  # noqa: BLE001 - the process is gone, or reports a failure
        desk.redeliver(mail)


@must_know
@pytest.mark.parametrize("write", range(1, WRITES + 1))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_any_write_loses_no_mail_that_must_arrive(
    desk: Desk, kind: Kind, fault: Fault, write: int
) -> None:
    mail, plan = mail_of(kind), Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur:
        deliver(desk, saboteur, mail, plan)
    assert plan.struck
    assert desk.outbox.sent[0] == mail
    # Sent twice only by a worker that could not note that it was sent.
    assert len(desk.outbox.sent) == 1 or (write, fault) in {
        (WRITES, Fault.CRASH_BEFORE),
        (WRITES, Fault.UNSENT),
    }
    assert desk.redeliver(mail) is Outcome.REPEATED


@pytest.mark.parametrize("write", range(1, WRITES + 1))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_any_write_sends_no_reminder_twice(desk: Desk, fault: Fault, write: int) -> None:
    mail, plan = mail_of(POINTS_REMINDER), Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur:
        deliver(desk, saboteur, mail, plan)
    assert plan.struck
    assert len(desk.outbox.sent) <= 1
    assert desk.redeliver(mail) is Outcome.REPEATED


@every_kind
def test_these_are_all_writes(desk: Desk, kind: Kind) -> None:
    plan = Plan(Fault.UNSENT, WRITES + 1, lambda: None)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        desk.send(mail_of(kind))
    assert not plan.struck
