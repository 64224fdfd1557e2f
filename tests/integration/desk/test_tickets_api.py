"""A seller's system brings what its customers say, as the OpenAPI document says."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aftercare.desk.moves import Verb
from aftercare.desk.ticket import MOST_WORDS, Proof
from aftercare.kernel.clock import utc_now
from tests.fakes.house import SetClock
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.service_desk import ServiceDesk, service_desk
from tests.fakes.till import Reply, Till

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
WORDS = "The figure came without its stand."
OPEN, TICKET, WRITE = "/tickets", "/tickets/{number}", "/tickets/{number}/messages"
_CLIENTS = itertools.count(1_000)


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables, SetClock(utc_now()))


def seller() -> Till:
    return Till(client_id=f"ac_sell{next(_CLIENTS):06}", kind="partner", scopes="tickets:write")


def opens(till: Till, key: str = "msg-1", **changes: Any) -> Reply:
    body = {"email": EMAIL, "topic": "product", "words": WORDS, "order_number": NUMBER} | changes
    headers = {"idempotency-key": key} if key else {}
    return till.ask("POST", OPEN, body=json.dumps(body), headers=headers)


def writes(till: Till, number: str, words: str = "Any news?", key: str = "msg-2") -> Reply:
    headers = {"idempotency-key": key}
    body = json.dumps({"words": words})
    return till.ask("POST", WRITE, {"number": number}, body=body, headers=headers)


def looks(till: Till, number: str) -> Reply:
    return till.ask("GET", TICKET, {"number": number})


def test_a_ticket_is_opened_goes_on_and_is_read(desk: ServiceDesk) -> None:
    till = seller()
    opened = opens(till, language="fr-CA")
    number = opened.body["ticket"]
    assert (opened.status, opened.body) == (201, {"ticket": number, "message": 1})
    desk.act(number, Verb.ASK, "Which colour is it?")
    assert writes(till, f"ticket {number.lower()}", "Blue.").body == {
        "ticket": number,
        "message": 3,
    }
    shown = looks(till, number).body
    said = [(each["message"], each["by"], each["words"]) for each in shown.pop("messages")]
    assert said == [
        (1, "partner", WORDS),
        (2, "desk", "Which colour is it?"),
        (3, "partner", "Blue."),
    ]
    opened_at = shown.pop("opened_at")
    assert opened_at.endswith("+00:00")
    assert shown == {"ticket": number, "topic": "product", "state": "open"}
    ticket = desk.thread(number).ticket
    assert (ticket.language, ticket.proof) == ("fr", Proof.PARTNER)


def test_fifty_same_calls_are_one_ticket(desk: ServiceDesk) -> None:
    till = seller()
    with ThreadPoolExecutor(10) as crowd:
        replies = [*crowd.map(lambda _: opens(till), range(50))]
    assert {each.status for each in replies} == {201}
    [number] = {each.body["ticket"] for each in replies}
    assert ["Idempotent-Replayed" in each.headers for each in replies].count(False) == 1
    assert len(desk.thread(number).messages) == 1


def test_a_repeat_gets_the_first_answer_and_another_request_is_refused(desk: ServiceDesk) -> None:
    till = seller()
    first = opens(till)
    desk.act(first.body["ticket"], Verb.RESOLVE, "It is on its way.")
    again = opens(till)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert opens(till, words="Other words.").problem == (422, "idempotency_key_reused")
    assert writes(till, first.body["ticket"], key="msg-1").problem == (
        422,
        "idempotency_key_reused",
    )


def test_the_answers_name_nobody_and_say_of_no_order_whose_it_is(desk: ServiceDesk) -> None:
    till = seller()
    answers = [
        opens(till, "msg-1"),
        opens(till, "msg-2", email="li@example.com"),
        opens(till, "msg-3", email="li@example.com", order_number="PM-2026-9999"),
    ]
    shown = [looks(till, each.body["ticket"]).body for each in answers]
    for each in shown:
        told = json.dumps(each)
        assert not [text for text in (EMAIL, "li@example.com", NUMBER) if text in told]
        each.pop("ticket")
        each.pop("opened_at")
        each["messages"][0].pop("at")
    assert shown[0] == shown[1] == shown[2]
    assert desk.thread(answers[0].body["ticket"]).ticket.proof is Proof.PARTNER


def test_a_strangers_number_answers_exactly_as_one_that_nobody_has(desk: ServiceDesk) -> None:
    number = opens(seller()).body["ticket"]
    mine = desk.ask().ticket.number
    other = seller()
    refusals = [looks(other, each) for each in (number, mine, "R-7K2M-9QXA-8", "no number", "0")]
    refusals += [writes(other, each) for each in (number, mine, "R-7K2M-9QXA-8")]
    for each in refusals:
        assert each.problem == (404, "ticket_not_found")
        each.body.pop("instance")
        assert each.body == refusals[0].body
        assert {**each.headers, "X": ""} == {**refusals[0].headers, "X": ""}


def test_that_a_lawyer_looks_is_not_said(desk: ServiceDesk) -> None:
    till = seller()
    number = opens(till).body["ticket"]
    desk.act(number, Verb.ESCALATE, "For QA.")
    assert looks(till, number).body["state"] == "in_review"
    assert "QA" not in json.dumps(looks(till, number).body)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "nobody"},
        {"email": ""},
        {"email": "a@b@c.example"},
        {"email": f"{'x' * 300}@example.com"},
        {"topic": "weather"},
        {"words": ""},
        {"words": " \n"},
        {"words": "x" * (MOST_WORDS + 1)},
        {"words": ["a", "b"]},
        {"words": "\ud83d"},
        {"order_number": 5},
        {"customer": "mem_1"},
    ],
)
def test_what_cannot_be_is_refused_and_opens_nothing(
    desk: ServiceDesk, changes: dict[str, Any]
) -> None:
    assert opens(seller(), **changes).problem == (400, "request_invalid")
    assert desk.entries() == []


def test_the_longest_message_is_taken_however_it_is_escaped(desk: ServiceDesk) -> None:
    words = "\U0001f430" * MOST_WORDS
    number = opens(seller(), words=words).body["ticket"]
    assert desk.thread(number).messages[0].words == words


def test_a_key_and_the_scope_are_needed(desk: ServiceDesk) -> None:  # noqa: ARG001
    number = opens(seller()).body["ticket"]
    assert opens(seller(), key="").problem == (400, "idempotency_key_required")
    till = Till(scopes="returns:counter points:write")
    for refused in (opens(till), writes(till, number), looks(till, number)):
        assert refused.problem == (403, "insufficient_scope")


def test_no_log_line_says_who_or_what(desk: ServiceDesk) -> None:  # noqa: ARG001 - its tables
    till = seller()
    with logged() as log:
        number = opens(till, email="secret@example.com", words="My secret").body["ticket"]
        looks(till, number)
        writes(till, number, "More secret")
    assert "secret" not in log.getvalue()
