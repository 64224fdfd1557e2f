"""Nothing saved stays untold: the bus, else the retry queue, else the stream comes again."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import entry_in
from event_publisher.app import handler
from tests.fakes.actors import SOMEBODY
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.events import CONTEXT, bus_event, image_of, queue_event, stream_event
from tests.fakes.logs import logged

pytestmark = pytest.mark.usefixtures("account")
NOON = datetime(2026, 6, 10, 19, 0, tzinfo=UTC)
DOWN = EndpointConnectionError(endpoint_url="http://aws.example")


def entry(place: int = 0) -> Entry:
    return Entry(
        f"ent_{place:02d}",
        "return.submitted",
        f"ret_{place:02d}",
        NOON,
        {"ticket": "R-1"},
        actor=SOMEBODY,
    )


@dataclass
class Aws:
    """A bus and a queue that keep what they take; `bus` and `queue` say what they do not."""

    bus: Exception | set[str] = field(default_factory=set)
    queue: Exception | set[str] = field(default_factory=set)
    published: list[Json] = field(default_factory=list)
    kept: list[Json] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)

    def put_events(self, request: Json) -> Json:
        if isinstance(self.bus, Exception):
            raise self.bus
        self.requests.append(len(request["Entries"]))
        answers = []
        for put in request["Entries"]:
            refused = json.loads(put["Detail"])["entry_id"] in self.bus
            answers.append({"ErrorCode": "InternalFailure"} if refused else {"EventId": "x"})
            self.published += [] if refused else [put]
        return {"Entries": answers, "FailedEntryCount": 0}

    def send_message_batch(self, request: Json) -> Json:
        if isinstance(self.queue, Exception):
            raise self.queue
        failed = []
        for message in request["Entries"]:
            body = json.loads(message["MessageBody"])
            if body["detail"]["entry_id"] in self.queue:
                failed.append({"Id": message["Id"], "SenderFault": False, "Code": "no"})
            else:
                self.kept.append(body)
        return {"Successful": [], "Failed": failed}

    @property
    def published_ids(self) -> list[str]:
        return [json.loads(put["Detail"])["entry_id"] for put in self.published]

    @property
    def kept_ids(self) -> list[str]:
        return [body["detail"]["entry_id"] for body in self.kept]


@pytest.fixture
def aws() -> Iterator[Aws]:
    aws = Aws()
    with ExitStack() as stack:
        stack.enter_context(answering("events", "PutEvents", aws.put_events))
        stack.enter_context(answering("sqs", "SendMessageBatch", aws.send_message_batch))
        yield aws


def streamed(*entries: Entry, event_name: str = "INSERT") -> dict[str, Any]:
    return handler(stream_event(map(image_of, entries), event_name), CONTEXT)


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_new_entry_is_put_on_the_bus_once_as_it_was_committed(aws: Aws) -> None:
    assert failed(streamed(entry())) == []
    [put] = aws.published
    assert (put["EventBusName"], put["Source"]) == ("aftercare-test", "aftercare")
    assert put["DetailType"] == "return.submitted"
    assert entry_in({"detail": json.loads(put["Detail"])}) == entry()
    assert put["Time"] == NOON.timestamp()
    assert aws.requests == [1]


@pytest.mark.parametrize("event_name", ["MODIFY", "REMOVE"])
def test_an_entry_that_is_not_new_is_not_told_again(aws: Aws, event_name: str) -> None:
    assert failed(streamed(entry(), event_name=event_name)) == []
    assert aws.published == []


def test_rows_without_an_entry_are_passed_over(aws: Aws) -> None:
    claim = {"pk": {"S": "ORDER#PM-1"}, "sk": {"S": "LINE#1"}, "units": {"N": "2"}}
    assert failed(handler(stream_event([claim, image_of(entry())]), CONTEXT)) == []
    assert aws.published_ids == ["ent_00"]


def test_a_record_without_an_image_is_passed_over(aws: Aws) -> None:
    event = stream_event([{}])
    del event["Records"][0]["dynamodb"]["NewImage"]
    assert failed(handler(event, CONTEXT)) == []
    assert aws.published == []


def test_a_large_batch_goes_ten_entries_a_request(aws: Aws) -> None:
    entries = [entry(place) for place in range(23)]
    assert failed(streamed(*entries)) == []
    assert aws.requests == [10, 10, 3]
    assert aws.published_ids == [each.entry_id for each in entries]


def test_what_the_bus_refuses_waits_in_the_retry_queue_and_nothing_else_does(aws: Aws) -> None:
    aws.bus = {"ent_01", "ent_12"}
    assert failed(streamed(*(entry(place) for place in range(14)))) == []
    assert aws.kept_ids == ["ent_01", "ent_12"]
    assert len(aws.published) == 12


@pytest.mark.parametrize("down", [DOWN, RefusalError("InternalFailure")])
def test_when_the_bus_does_not_answer_all_entries_wait_in_the_retry_queue(
    aws: Aws, down: Exception
) -> None:
    aws.bus = down
    assert failed(streamed(*(entry(place) for place in range(12)))) == []
    assert aws.kept_ids == [f"ent_{place:02d}" for place in range(12)]


def test_when_both_are_down_the_stream_is_asked_to_bring_exactly_these_again(aws: Aws) -> None:
    aws.bus, aws.queue = {"ent_01", "ent_03"}, DOWN
    assert failed(streamed(*(entry(place) for place in range(4)))) == ["s-1", "s-3"]
    assert aws.published_ids == ["ent_00", "ent_02"]


def test_when_the_queue_refuses_one_only_that_one_comes_again(aws: Aws) -> None:
    aws.bus, aws.queue = DOWN, {"ent_02"}
    assert failed(streamed(*(entry(place) for place in range(4)))) == ["s-2"]
    assert aws.kept_ids == ["ent_00", "ent_01", "ent_03"]


def test_what_waited_in_the_retry_queue_is_told_as_it_was(aws: Aws) -> None:
    aws.bus = DOWN
    streamed(entry(7))
    aws.bus = set()
    assert failed(handler(queue_event(*aws.kept), CONTEXT)) == []
    assert entry_in({"detail": json.loads(aws.published[0]["Detail"])}) == entry(7)


def test_what_the_bus_refuses_again_stays_in_the_retry_queue(aws: Aws) -> None:
    aws.bus = {"ent_01"}
    event = queue_event(*(bus_event(entry(place)) for place in range(3)))
    assert failed(handler(event, CONTEXT)) == ["m-1"]
    assert aws.published_ids == ["ent_00", "ent_02"]
    assert aws.kept == []


def test_an_empty_batch_is_fine(aws: Aws) -> None:
    assert failed(handler({"Records": []}, CONTEXT)) == []
    assert aws.requests == []


def test_one_line_tells_how_many_were_told_and_who_did_not_answer(aws: Aws) -> None:
    aws.bus, aws.queue = DOWN, {"ent_00"}
    with logged() as log:
        streamed(entry(0), entry(1))
    [down, counts] = log.lines
    assert (down["message"], down["error"]) == (
        "the bus does not answer",
        "EndpointConnectionError",
    )
    assert (counts["entries"], counts["refused"], counts["lost"]) == (2, 2, 1)
