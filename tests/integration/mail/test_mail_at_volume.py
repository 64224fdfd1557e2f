"""A night's flood of reminders, with an SES that takes only so many mails: nobody's mail is lost.

The mailer's own edge, pace and service run on a simulated clock, on the queues of template.yaml.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest

from aftercare.access.model import CODE_LIFETIME
from aftercare.kernel.timeline import Entry
from aftercare.mail.errors import MailThrottledError
from aftercare.mail.model import (
    ACCESS_CODE,
    LABEL_READY,
    POINTS_LAPSED,
    POINTS_REMINDER,
    Kind,
    Letter,
    Mail,
    Outcome,
    Send,
)
from aftercare.mail.pacing import LONGEST_TURN, REST, SHARES, Pacing, longest_pause, pause
from aftercare.mail.service import MailService
from mailer.app import deliver
from mailer.mails import MAILS, Mailing
from tests.fakes.actors import MAILER, SOMEBODY
from tests.fakes.events import CONTEXT, bus_event
from tests.fakes.mails import MemoryMail
from tests.fakes.orders import NOON
from tests.fakes.simulation import DAY, Queues, Ses, SimulatedQueue, Timeline
from tests.fakes.template import resources, template

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
# SES's first quota of an account out of the sandbox.
RATE = 14
TYPES = {
    "Codes": ("access.code_requested", ACCESS_CODE),
    "Notices": ("return.label_ready", LABEL_READY),
    "Lapses": ("points.lapsed_on_return", POINTS_LAPSED),
    "Reminders": ("points.reminder_due", POINTS_REMINDER),
}


def workers_of_the_pace() -> int:
    """The mailer's setting, which is made text of a number."""
    mailer = resources("AWS::Serverless::Function")["MailerFunction"]
    _, numbers = mailer["Environment"]["Variables"]["MAIL_WORKERS"]["Fn::Sub"]
    return int(numbers["Workers"])


class Volume:
    """The mailer and its queues. An address is its kind of mail and a number."""

    def __init__(self, *, rate: int = RATE, daily: int = 50_000, configured: int = RATE) -> None:
        self.clock = Timeline()
        self.ses = Ses(self.clock, rate, daily)
        every = {name: SimulatedQueue(name, self.clock) for name in TYPES}
        self.queues = Queues(self.clock, every)
        self.pacing = Pacing(
            rate=configured,
            workers=workers_of_the_pace(),
            quota=self.ses.quota,
            elapsed=self.clock,
            wait=self.clock.wait,
        )
        self.mails = MailService(
            store=cast("Any", MemoryMail()),
            render=lambda mail: Letter(mail.kind.name, "", ""),
            dispatch=self.ses.dispatch,
            clock=lambda: NOON + timedelta(seconds=self.clock.now),
            entropy=secrets.randbits,
        )
        self.rooms = {what: Mailing(kind, self._verb(kind)) for what, kind in TYPES.values()}
        self.asked: dict[str, float] = {}

    def arrive(self, queue: str, count: int, at: float = 0) -> None:
        what, _ = TYPES[queue]
        for _ in range(count):
            number = len(self.asked)
            to = f"{queue}-{number}@example.com"
            self.asked[to] = at
            entry = Entry(f"ent_{number}", what, to, NOON, actor=SOMEBODY)
            self.queues.every[queue].arrive(bus_event(entry), at)

    def run(self) -> None:
        self.queues.run(lambda event: dict(deliver(event, CONTEXT, self._turns(), self.rooms)))

    def waits(self, queue: str) -> list[float]:
        """How long each mail of that queue waited, in the order in which they were sent."""
        return [at - self.asked[to] for at, to in self.ses.sent if to.startswith(queue)]

    def are_all_sent_once(self) -> bool:
        sent = [to for _, to in self.ses.sent]
        return len(sent) == len(set(sent)) and set(sent) == set(self.asked)

    def throttled(self, kind: Kind) -> int:
        return sum(name == kind.name for _, name in self.ses.throttled)

    def _turns(self) -> Send:
        return self.pacing.turns(partial(self.mails.send, actor=MAILER))

    def _verb(self, kind: Kind) -> Callable[[Entry, Send], Outcome | None]:
        """The verb of a room that has the mail sent, unless it is a code that has expired."""

        def verb(entry: Entry, send: Send) -> Outcome | None:
            age = self.clock.now - self.asked[entry.subject]
            if kind is ACCESS_CODE and age > CODE_LIFETIME.total_seconds():
                return None
            return send(Mail(kind, entry.entry_id, entry.subject, {}))

        return verb


def test_5000_reminders_are_sent_once_each_and_none_is_given_up() -> None:
    volume = Volume()
    volume.arrive("Reminders", 5000)
    volume.run()
    assert volume.are_all_sent_once()
    assert volume.queues.failures == []
    assert volume.ses.throttled == [], "the pace is below the account's rate"
    assert 5000 / RATE < volume.waits("Reminders")[-1] < 15 * 60


def test_a_code_in_the_middle_of_the_nights_flood_goes_out_at_once() -> None:
    volume = Volume()
    volume.arrive("Reminders", 2000)
    for at in range(0, 240, 2):
        volume.arrive("Codes", 1, at)
    volume.run()
    assert volume.are_all_sent_once()
    assert max(volume.waits("Codes")) < 1
    assert volume.throttled(ACCESS_CODE) == 0


def test_what_a_customer_must_know_does_not_wait_for_the_reminders() -> None:
    volume = Volume()
    volume.arrive("Reminders", 2000)
    volume.arrive("Notices", 30, at=60)
    volume.arrive("Lapses", 30, at=60)
    volume.run()
    assert volume.are_all_sent_once()
    assert max(volume.waits("Notices") + volume.waits("Lapses")) < 20
    assert volume.waits("Reminders")[-1] > 240


def test_more_codes_than_the_account_may_send_go_out_within_seconds_and_the_flood_yields() -> None:
    volume = Volume()
    volume.arrive("Reminders", 2000)
    volume.arrive("Codes", 200, at=60)
    volume.run()
    assert volume.are_all_sent_once()
    assert volume.queues.failures == []
    assert volume.throttled(ACCESS_CODE) > 0
    assert max(volume.waits("Codes")) < 90


def test_a_flood_of_everything_at_once_loses_nothing() -> None:
    volume = Volume()
    for queue in TYPES:
        volume.arrive(queue, 300)
    volume.run()
    assert volume.are_all_sent_once()
    assert volume.queues.failures == []
    assert max(volume.waits("Codes")) < CODE_LIFETIME.total_seconds() / 4


def test_a_rate_that_was_set_too_high_still_lets_codes_out_first_and_loses_nothing() -> None:
    volume = Volume(rate=1)
    volume.arrive("Reminders", 300)
    for at in range(0, 600, 60):
        volume.arrive("Codes", 1, at)
    volume.run()
    assert volume.are_all_sent_once()
    assert volume.queues.failures == []
    assert max(volume.waits("Codes")) < 120


def test_reminders_beyond_the_daily_quota_wait_for_the_next_day_and_leave_codes_their_part() -> (
    None
):
    volume = Volume(daily=600)
    volume.arrive("Reminders", 800)
    for at in range(0, 10 * 3600, 600):
        volume.arrive("Codes", 1, at)
        volume.arrive("Notices", 1, at)
    volume.run()
    assert volume.are_all_sent_once()
    assert volume.queues.failures == []
    assert volume.ses.throttled == [], "a fifth of the quota is left to the others"
    assert max(volume.waits("Codes")) < 1
    today = [wait for wait in volume.waits("Reminders") if wait < DAY]
    assert 350 < len(today) <= 480
    assert volume.waits("Reminders")[-1] < 2 * DAY


def test_what_a_customer_must_know_outlives_a_day_without_any_quota() -> None:
    volume = Volume(daily=30)
    volume.arrive("Notices", 50)
    volume.arrive("Reminders", 5)
    volume.run()
    assert volume.are_all_sent_once()
    assert volume.queues.failures == []


@pytest.mark.parametrize("queue", TYPES)
def test_a_queues_receives_outlast_what_its_mails_wait_for(queue: str) -> None:
    """A code outlives itself, other mails a day without quota; then they are dead letters."""
    kind = TYPES[queue][1]
    properties = resources("AWS::SQS::Queue")[f"{queue}Queue"]
    most = properties["RedrivePolicy"]["maxReceiveCount"]
    failure = MailThrottledError("Throttling", is_daily=True)
    each = [pause(kind.urgency, failure, receive, lambda _: 0) for receive in range(1, most + 1)]
    shortest = sum(each, timedelta())
    longest = most * longest_pause(kind.urgency, failure, most)
    needed = CODE_LIFETIME if kind is ACCESS_CODE else timedelta(days=1)
    assert needed <= shortest
    assert longest.total_seconds() < properties["MessageRetentionPeriod"], "it is never just lost"


def test_a_mail_that_fails_for_another_reason_is_a_dead_letter_within_the_hour() -> None:
    for queue, (_, kind) in TYPES.items():
        most = resources("AWS::SQS::Queue")[f"{queue}Queue"]["RedrivePolicy"]["maxReceiveCount"]
        assert most * longest_pause(kind.urgency, KeyError(), most) < timedelta(hours=1), queue


def test_the_queues_of_a_pace_have_the_workers_that_the_pace_counts_on() -> None:
    rows = template()["Mappings"]["Queues"]
    for name, row in rows.items():
        if row.get("Workers") != ["Mailer"]:
            continue
        urgencies = {MAILS[what].kind.urgency for what in row["Events"]}
        assert len(urgencies) == 1, "mails of one queue are equally urgent"
        assert row.get("BatchSize", 1) == 1, "a turn fits into the timeout"
        [urgency] = urgencies
        workers = workers_of_the_pace() if urgency in SHARES else None
        assert row.get("MaximumConcurrency") == workers, name
    paced = [row for row in rows.values() if row.get("Workers") == ["Mailer"]][1:]
    shares = [SHARES[MAILS[row["Events"][0]].kind.urgency] for row in paced]
    assert sum(shares) <= 0.8, "a fifth of the rate is left to codes"
    timeout = resources("AWS::Serverless::Function")["MailerFunction"]["Timeout"]
    assert (LONGEST_TURN + REST).total_seconds() < timeout
