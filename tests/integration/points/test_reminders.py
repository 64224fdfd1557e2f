"""Reminders: 30, 7 and 1 day before, once a member and day, of what is still there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import boto3
import pytest

import expiry_worker.app
import mailer.app
import points_expiry.app
from aftercare.kernel.aws import client
from aftercare.kernel.clock import utc_now
from aftercare.mail.errors import MailDeferredError
from aftercare.members.errors import MemberNotFoundError
from aftercare.points.night.model import Chore, Reminder, Tally
from aftercare.points.night.service import reminder_entry as entry_of
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.deliveries import Deliveries
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.logs import logged
from tests.fakes.mails import Posted, posting
from tests.fakes.night import BY_NIGHT, DAY, SCHEDULED, Night, fresh_night
from tests.fakes.points import BY_TILL, book, rules

pytestmark = pytest.mark.integration
SOON = {SCHEDULED + DAY: 5, SCHEDULED + 7 * DAY: 20, SCHEDULED + 30 * DAY: 100}


@pytest.fixture
def night(tables: dict[str, str]) -> Night:
    return fresh_night(tables)


def entries(tables: dict[str, str]) -> list[Json]:
    """The reminders that the stream would tell of."""
    items = boto3.client("dynamodb").scan(TableName=tables["PointsTable"])["Items"]
    return [item for item in items if item.get("entry_type") == {"S": "points.reminder_due"}]


def send(night: Night, member_id: str, scheduled: date = SCHEDULED) -> bool:
    return night.remind(member_id, scheduled)


def test_a_member_is_reminded_once_of_all_three_days(night: Night, tables: dict[str, str]) -> None:
    [member_id] = night.members(1, SOON | {SCHEDULED + 2 * DAY: 50})
    run = night.run()
    assert run.reminded == Tally(3, 125, 0)
    [item] = entries(tables)
    assert item["entry_subject"] == {"S": member_id}
    assert [send(night, member_id), send(night, member_id)] == [True, False]
    assert night.mails == [(member_id, SOON)]


def test_run_again_or_delivered_again_nobody_is_reminded_twice(
    night: Night, tables: dict[str, str]
) -> None:
    [member_id] = night.members(1, SOON)
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    tasks = list(night.tasks)
    night.drain()
    assert send(night, member_id)
    night.tasks[:] = tasks
    night.drain()
    night.run()
    assert len(entries(tables)) == 1
    assert not send(night, member_id)


def test_each_lot_is_reminded_of_on_each_of_its_three_days(night: Night) -> None:
    due = SCHEDULED + 30 * DAY
    [member_id] = night.members(1, {due: 5})
    for days in (0, 1, 22, 23, 24, 28, 29, 30):
        scheduled = SCHEDULED + days * DAY
        night.at(scheduled)
        night.run(scheduled)
        if send(night, member_id, scheduled):
            assert (due - scheduled).days in {30, 7, 1}
    assert night.mails == [(member_id, {due: 5})] * 3


def test_what_was_spent_since_is_not_told_of(night: Night) -> None:
    [some, none] = night.members(2, SOON)
    night.run()
    night.spends(some, 15)
    night.spends(none, 125)
    assert send(night, some)
    assert not send(night, none)
    assert night.mails == [(some, {SCHEDULED + 7 * DAY: 10, SCHEDULED + 30 * DAY: 100})]


def test_spent_before_the_night_there_is_no_reminder(night: Night, tables: dict[str, str]) -> None:
    [member_id] = night.members(1, {SCHEDULED + DAY: 5})
    night.spends(member_id, 5)
    assert night.run().reminded == Tally(0, 0, 1)
    assert entries(tables) == []
    assert not send(night, member_id)


def test_a_late_reminder_tells_only_of_what_is_still_good(night: Night) -> None:
    [member_id] = night.members(1, SOON)
    night.run()
    night.at(SCHEDULED + 3 * DAY)
    assert send(night, member_id)
    [(_, lots)] = night.mails
    assert SCHEDULED + DAY not in lots


def test_who_opted_out_or_left_hears_nothing(night: Night) -> None:
    silent = night.member(reminders=False)
    gone = night.member()
    for member_id in (silent, gone):
        night.earns(member_id, SCHEDULED + DAY, 5)
    night.run()
    night.points.close(gone, actor=BY_TILL)
    assert not send(night, silent)
    assert not send(night, gone)
    assert night.mails == []


def test_a_member_whom_nobody_told_of_is_a_failure(night: Night, tables: dict[str, str]) -> None:
    [member_id] = night.members(1, SOON)
    night.run()
    key = {"member_id": {"S": member_id}}
    boto3.client("dynamodb").delete_item(TableName=tables["MembersTable"], Key=key)
    with pytest.raises(MemberNotFoundError):
        send(night, member_id)


def test_a_mail_that_was_refused_may_be_sent_again(night: Night) -> None:
    [member_id] = night.members(1, SOON)
    night.run()
    night.outbox.answers.append(MailDeferredError("Throttling"))
    with pytest.raises(MailDeferredError):
        send(night, member_id)
    assert send(night, member_id)


def test_a_mailer_that_dies_never_sends_a_second_mail(night: Night) -> None:
    [member_id] = night.members(1, SOON)
    night.run()
    night.outbox.answers.append(SystemExit())
    with pytest.raises(SystemExit):
        send(night, member_id)
    assert not send(night, member_id)


def test_a_reminder_that_was_claimed_in_its_own_item_is_not_sent_again(
    night: Night, tables: dict[str, str]
) -> None:
    """As the night's reminders were before mails had a table: its messages may come again."""
    [member_id] = night.members(1, SOON)
    night.run()
    [item] = entries(tables)
    claimed = item | {"sent_at": {"S": "2026-06-10T10:30:00.000000+00:00"}}
    boto3.client("dynamodb").put_item(TableName=tables["PointsTable"], Item=claimed)
    assert not send(night, member_id)
    assert night.mails == []


@pytest.mark.usefixtures("functions")
def test_from_the_schedule_to_the_mail(night: Night, tables: dict[str, str]) -> None:
    scheduled = on_the_real_day(night)
    member_id = night.member(language="fr")
    night.earns(member_id, scheduled + DAY, 1200)
    deliveries = Deliveries([tables["PointsTable"]])
    queue = Queue()
    with answering("sqs", "SendMessageBatch", queue.take), logged() as log:
        first = points_expiry.app.handler({"date": scheduled.isoformat()}, CONTEXT)
        queue.drain()
    assert first["run_id"] == scheduled.isoformat()
    assert "batch" in {line["message"] for line in log.lines}
    [mail] = mails(deliveries.carry)
    assert mail.to == [f"{member_id[4:]}@example.com"]
    assert "1\N{NARROW NO-BREAK SPACE}200 de vos points" in mail.subject
    assert member_id[4:] not in log.getvalue().replace(member_id, "")


def on_the_real_day(night: Night) -> date:
    """The functions have the real clock: their night is today's, after a run of yesterday."""
    night.clock.now = utc_now()
    today = night.service.today()
    night.completed(today - DAY)
    return today


class Queue:
    """The night's queue, worked off by hand."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def take(self, request: Json) -> Json:
        self.bodies += [entry["MessageBody"] for entry in request["Entries"]]
        return {"Successful": []}

    def drain(self) -> None:
        while self.bodies:
            answer = expiry_worker.app.handler(queue_event(self.bodies.pop(0)), CONTEXT)
            assert answer == {"batchItemFailures": []}


def mails(act: Callable[[], object]) -> list[Posted]:
    """What SES is asked to send meanwhile."""
    with posting() as sent:
        act()
    return sent


@pytest.mark.usefixtures("functions")
def test_a_mail_that_ses_refuses_comes_again(night: Night) -> None:
    today = on_the_real_day(night)
    [member_id] = night.members(1, {today + DAY: 5})
    night.run(today)
    entry = reminder_entry(night, member_id, today)

    def refuse(_asked: Json) -> Json:
        raise RefusalError("Throttling")

    with answering("ses", "SendRawEmail", refuse, once=True):
        answer = mailer.app.handler(queue_event(entry), CONTEXT)
    assert len(answer["batchItemFailures"]) == 1
    sent = mails(lambda: mailer.app.handler(queue_event(entry), CONTEXT))
    assert len(sent) == 1


@pytest.mark.usefixtures("functions")
def test_a_mail_of_which_ses_does_not_say_whether_it_went_is_sent_once(night: Night) -> None:
    today = on_the_real_day(night)
    [member_id] = night.members(1, {today + DAY: 5})
    night.run(today)
    entry = reminder_entry(night, member_id, today)
    request = []

    def fail(_asked: Json) -> Json:
        request.append(1)
        raise RefusalError("InternalFailure", 500)

    with answering("ses", "SendRawEmail", fail, once=True):
        mailer.app.handler(queue_event(entry), CONTEXT)
    assert mails(lambda: mailer.app.handler(queue_event(entry), CONTEXT)) == []
    assert len(request) == 1


@pytest.mark.usefixtures("functions")
def test_what_must_not_come_twice_is_asked_for_once() -> None:
    assert _attempts(client("ses", once=True)) == 1
    assert _attempts(client("ses")) == 2


def _attempts(of: Any) -> int:
    return int(of.meta.config.retries["total_max_attempts"])


def test_reminders_that_were_missed_come_in_one_mail_on_the_next_night_on_time(
    night: Night,
) -> None:
    """The night before never ran: its 7-day reminder comes a day later, with the 1-day one."""
    [member_id] = night.members(1, {SCHEDULED + DAY: 5, SCHEDULED + 6 * DAY: 7})
    reminding = night.run(SCHEDULED - DAY)
    assert not reminding.remind_days
    night.at(SCHEDULED)
    run = night.run()
    assert SCHEDULED + DAY in run.remind_days
    assert send(night, member_id)
    assert night.mails == [(member_id, {SCHEDULED + DAY: 5})]


def test_a_night_that_is_run_again_late_reminds_nobody(night: Night) -> None:
    missed, today = SCHEDULED + DAY, SCHEDULED + 2 * DAY
    [member_id] = night.members(1, {today: 5, today + DAY: 3})
    night.run()
    night.at(today)
    assert night.run(missed).remind_days == ()
    assert {today, today + DAY} <= set(night.run(today).remind_days)
    assert night.reminders.store.reminder(missed, member_id) is None
    assert send(night, member_id, today)
    assert night.mails[-1] == (member_id, {today: 5, today + DAY: 3})


def die() -> bool:
    """Asked for the time, the worker is killed: behind its first member."""
    raise SystemExit


def stuck_night(tables: dict[str, str], due: date) -> tuple[Night, str, str]:
    """All workers died on SCHEDULED: a member they had reminded, and one they had not."""
    night = fresh_night(tables, rule_book=book(rules(peak_writes_per_second=1)), page=10)
    first, waiting = sorted(night.members(2, {due: 5}))
    yesterday = SCHEDULED - DAY
    night.at(yesterday)
    night.run(yesterday)
    night.at(SCHEDULED)
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    [task] = [task for task in night.tasks if task.part.key == f"remind#{due}#0"]
    with pytest.raises(SystemExit):
        night.service.work(task, die, actor=BY_NIGHT)
    night.tasks.clear()
    assert send(night, first)
    return night, first, waiting


def test_whom_a_stuck_night_did_not_tell_the_next_one_tells_and_nobody_twice(
    tables: dict[str, str],
) -> None:
    due, tomorrow = SCHEDULED + 7 * DAY, SCHEDULED + DAY
    night, first, waiting = stuck_night(tables, due)
    night.at(tomorrow)
    night.run(tomorrow)
    assert night.run().is_over, "an operator goes on with the stuck night"
    sent = [send(night, who, day) for who in (first, waiting) for day in (SCHEDULED, tomorrow)]
    assert sent == [False, False, False, True]
    assert night.mails == [(first, {due: 5}), (waiting, {due: 5})]
    night.at(tomorrow + DAY)
    assert night.run(tomorrow + DAY).reminds_since == tomorrow + DAY
    assert not send(night, waiting, tomorrow + DAY)


def test_what_a_stuck_night_made_up_for_is_not_told_again(tables: dict[str, str]) -> None:
    due = SCHEDULED + 7 * DAY
    night, _, waiting = stuck_night(tables, due)
    for days in (1, 2):
        night.at(SCHEDULED + days * DAY)
        run = night.service.run(SCHEDULED + days * DAY, actor=BY_NIGHT)
        assert run.reminds_since == SCHEDULED
        for task in night.tasks:
            if task.part.chore is Chore.REMIND:
                night.service.work(task, lambda: True, actor=BY_NIGHT)
        night.tasks.clear()
    assert send(night, waiting, SCHEDULED + DAY)
    assert not send(night, waiting, SCHEDULED + 2 * DAY)


def test_who_was_told_before_all_was_stuck_is_told_again_on_the_next_mark(
    tables: dict[str, str],
) -> None:
    due = SCHEDULED + 7 * DAY
    night, first, waiting = stuck_night(tables, due)
    night.at(due - DAY)
    night.run(due - DAY)
    assert [send(night, who, due - DAY) for who in (first, waiting)] == [True, True]


def reminder_entry(night: Night, member_id: str, scheduled: date) -> Json:
    return bus_event(entry_of(Reminder(member_id, scheduled, ()), night.clock(), BY_NIGHT))
