"""A queue worker acts on each message, and gives back alone the ones that failed."""

from datetime import timedelta

import pytest

from aftercare.kernel.errors import BusyError
from aftercare.kernel.worker import Event, Pause, consume
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.events import CONTEXT, queue_event
from tests.fakes.logs import logged


class Clerk:
    """Notes what it was given; chokes on the word 'bad'."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, event: Event) -> None:
        self.seen.append(event["word"])
        if event["word"] == "bad":
            raise BusyError("mei@example.com is busy")


def failed(event: Event, clerk: Clerk) -> list[str]:
    answer = consume(event, CONTEXT, clerk)
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def words(*all_words: str) -> Event:
    return queue_event(*({"word": word} for word in all_words))


def test_each_message_is_acted_on_once_in_order() -> None:
    clerk = Clerk()
    assert failed(words("one", "two", "three"), clerk) == []
    assert clerk.seen == ["one", "two", "three"]


def test_only_the_messages_that_failed_come_again() -> None:
    clerk = Clerk()
    assert failed(words("bad", "two", "bad", "four"), clerk) == ["m-0", "m-2"]
    assert clerk.seen == ["bad", "two", "bad", "four"]


def test_a_batch_that_failed_as_a_whole_comes_again_as_a_whole() -> None:
    assert failed(words("bad", "bad"), Clerk()) == ["m-0", "m-1"]


def test_an_empty_batch_warms_the_function_and_fails_nothing() -> None:
    assert failed({"Records": []}, Clerk()) == []


@pytest.mark.parametrize("body", ["", "no json {", "[]", "null", '{"other": 1}'])
def test_a_message_that_can_not_be_read_fails_alone(body: str) -> None:
    clerk = Clerk()
    assert failed(queue_event(body, {"word": "fine"}), clerk) == ["m-0"]
    assert clerk.seen == ["fine"]


def test_two_batches_do_not_mix() -> None:
    assert failed(words("bad"), Clerk()) == ["m-0"]
    assert failed(words("fine"), Clerk()) == []


QUEUE_URL = "https://sqs.us-west-2.amazonaws.com/123456789012/Words"


def hidden(event: Event, pause: Pause | None, refusal: Exception | None = None) -> list[Json]:
    """What the queue is asked to hide, when the worker fails; it may refuse."""
    asked: list[Json] = []

    def hide(request: Json) -> Json:
        asked.append(request)
        if refusal:
            raise refusal
        return {}

    with (
        answering("sqs", "GetQueueUrl", lambda _: {"QueueUrl": QUEUE_URL}),
        answering("sqs", "ChangeMessageVisibility", hide),
    ):
        answer = consume(event, CONTEXT, Clerk(), pause=pause)
    assert answer["batchItemFailures"], "it comes again in any case"
    return asked


def received(event: Event, receives: int) -> Event:
    for record in event["Records"]:
        record |= {
            "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:Words",
            "attributes": {"ApproximateReceiveCount": str(receives)},
        }
    return event


@pytest.mark.usefixtures("account")
def test_a_message_that_failed_is_hidden_for_as_long_as_its_worker_says() -> None:
    def pause(event: Event, error: Exception, receives: int) -> timedelta:
        assert (event["word"], type(error), receives) == ("bad", BusyError, 7)
        return timedelta(seconds=89.6)

    assert hidden(received(words("fine", "bad"), 7), pause) == [
        {"QueueUrl": QUEUE_URL, "ReceiptHandle": "handle", "VisibilityTimeout": 90}
    ]


@pytest.mark.usefixtures("account")
def test_without_a_word_of_its_worker_a_message_stays_hidden_as_its_queue_says() -> None:
    assert hidden(received(words("bad"), 1), None) == []
    assert hidden(received(words("bad"), 1), lambda *_: None) == []
    assert hidden(received(queue_event("no json {"), 1), lambda *_: timedelta(1)) == []


@pytest.mark.usefixtures("account")
def test_a_queue_that_does_not_hide_a_message_fails_nothing_else() -> None:
    event = received(words("bad", "fine"), 1)
    assert len(hidden(event, lambda *_: timedelta(1), RefusalError("ReceiptHandleIsInvalid"))) == 1


def test_a_failure_is_logged_by_id_and_code_and_never_by_its_words() -> None:
    with logged() as log:
        failed(words("bad", "fine"), Clerk())
    [failure, batch] = log.lines
    assert (failure["message_id"], failure["code"]) == ("m-0", "busy")
    assert (batch["messages"], batch["failed"]) == (2, 1)
    assert "mei@example.com" not in log.getvalue()
