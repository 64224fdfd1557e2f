"""The planner and its look at six, the worker and its clock, as AWS invokes them."""

from datetime import timedelta

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

import expiry_worker.app
import points_expiry.app
from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import UnavailableError
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.events import CONTEXT, queue_event
from tests.fakes.logs import logged
from tests.fakes.night import DAY, Night, fresh_night

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


class Hurried(LambdaContext):
    """Almost no time is left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 1_000


@pytest.fixture
def night(tables: dict[str, str]) -> Night:
    night = fresh_night(tables)
    night.clock.now = utc_now()
    night.completed(night.service.today() - DAY)
    return night


def planned(event: Json) -> list[str]:
    """The tasks that the planner hands on."""
    bodies: list[str] = []

    def take(asked: Json) -> Json:
        bodies.extend(entry["MessageBody"] for entry in asked["Entries"])
        return {"Successful": []}

    with answering("sqs", "SendMessageBatch", take):
        points_expiry.app.handler(event, CONTEXT)
    return bodies


def test_the_scheduled_time_decides_which_night_it_is(night: Night) -> None:
    at = (utc_now() - timedelta(hours=1)).isoformat()
    told = points_expiry.app.handler({"scheduled": at}, CONTEXT)
    assert told["run_id"] == night.service.day_of(utc_now() - timedelta(hours=1)).isoformat()


def test_tasks_that_the_queue_refuses_fail_the_call(night: Night) -> None:
    def some(asked: Json) -> Json:
        failed = {"Id": asked["Entries"][0]["Id"], "SenderFault": False, "Code": "InternalError"}
        return {"Successful": [], "Failed": [failed]}

    def none(_asked: Json) -> Json:
        raise RefusalError("ThrottlingException")

    event = {"date": night.service.today().isoformat()}
    for answer in (some, none):
        with answering("sqs", "SendMessageBatch", answer), pytest.raises(UnavailableError):
            points_expiry.app.handler(event, CONTEXT)
    assert planned(event)


def test_at_six_an_incomplete_run_is_complained_of_and_a_complete_one_is_not(
    night: Night,
) -> None:
    today = night.service.today()
    check = {"date": today.isoformat(), "check": True}
    with logged() as log:
        points_expiry.app.handler(check, CONTEXT)
        night.run(today)
        points_expiry.app.handler(check, CONTEXT)
    assert [line["message"] for line in log.lines] == ["run incomplete", "run complete"]


def test_a_worker_short_of_time_hands_the_rest_on_and_all_is_done(night: Night) -> None:
    today = night.service.today()
    members = night.members(5, {today - DAY: 5})
    bodies = planned({"date": today.isoformat()})

    def take(asked: Json) -> Json:
        bodies.extend(entry["MessageBody"] for entry in asked["Entries"])
        return {"Successful": []}

    messages = 0
    with answering("sqs", "SendMessageBatch", take):
        while bodies:
            messages += 1
            event = queue_event(bodies.pop(0))
            answer = expiry_worker.app.handler(event, Hurried())
            assert answer == {"batchItemFailures": []}
    run = night.record(today)
    assert (run.expired.members, run.expired.points, run.differences) == (5, 25, frozenset())
    assert messages > len(run.parts | run.audits)
    assert all(night.accounts.account(each).expired == {today - DAY: 5} for each in members)


def test_a_message_that_is_no_task_fails_alone() -> None:
    answer = expiry_worker.app.handler(queue_event("{}"), CONTEXT)
    assert len(answer["batchItemFailures"]) == 1
