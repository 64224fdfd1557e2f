"""A queue worker acts on each message, and gives back alone the ones that failed."""

import pytest

from aftercare.kernel.errors import BusyError
from aftercare.kernel.worker import Event, consume
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


def test_a_failure_is_logged_by_id_and_code_and_never_by_its_words() -> None:
    with logged() as log:
        failed(words("bad", "fine"), Clerk())
    [failure, batch] = log.lines
    assert (failure["message_id"], failure["code"]) == ("m-0", "busy")
    assert (batch["messages"], batch["failed"]) == (2, 1)
    assert "mei@example.com" not in log.getvalue()
