"""Checks and sales of codes on the deployed stack, by tills, customers and many at once."""

import json
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from aftercare.authenticity.asked import key_of
from aftercare.authenticity.codes import Code, KeyPair, issue, read
from aftercare.authenticity.history_store import HistoryStore
from aftercare.authenticity.keys import parse
from aftercare.authenticity.model import Answer, Audience, Verdict
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.store import CheckStore
from aftercare.batches.model import BatchStatus
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from tests.fakes import wired
from tests.fakes.codes import batch, book, code, ring
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.till import Till
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
CROWD = 200


@pytest.fixture
def till(stack: LocalStack) -> Till:
    return Till(stack.portal_url, stack.facts["demo"]["store_key"])


def keys(stack: LocalStack) -> KeyPair:
    name = stack.outputs["CodeKeysSecret"]
    secret = stack.client("secretsmanager").get_secret_value(SecretId=name)
    return parse(secret["SecretString"])[0]


def item(stack: LocalStack, code: Code) -> dict[str, dict[str, Any]]:
    """The stored item of a code; empty before its first check or sale."""
    response = stack.client("dynamodb").get_item(
        TableName=stack.outputs["AuthenticityTable"], Key={"pk": {"S": key_of(code)}}
    )
    stored: dict[str, dict[str, Any]] = response.get("Item", {})
    return stored


def fresh_code(stack: LocalStack) -> str:
    """An unchecked code of the first demo batch."""
    candidate = Code(0, secrets.randbelow(10_000))
    return fresh_code(stack) if item(stack, candidate) else issue(candidate, keys(stack))


def read_as_stored(stack: LocalStack, symbols: str) -> Code:
    made = read(symbols, keys(stack))
    assert made
    return made


def sales_of(stack: LocalStack, symbols: str) -> list[str]:
    """When it was first and last sold, first and last given back; empty is never."""
    stored = item(stack, read_as_stored(stack, symbols)).get("sold", {}).get("M", {})
    names = ("first_sold_at", "last_sold_at", "first_returned_at", "returned_at")
    return [stored.get(name, {}).get("S", "") for name in names]


def report(stack: LocalStack, kind: str, symbols: str, at: datetime) -> None:
    event = {
        "Source": "shop.stores",
        "DetailType": kind,
        "Detail": json.dumps({"code": symbols, "occurred_at": at.isoformat()}),
        "EventBusName": stack.outputs["EventBus"],
    }
    assert not stack.client("events").put_events(Entries=[event])["FailedEntryCount"]


def sell_twice(stack: LocalStack, symbols: str) -> None:
    for hours in (30, 3):
        report(stack, "store.sold", symbols, datetime.now(UTC) - timedelta(hours=hours))


def customer(stack: LocalStack, symbols: str) -> str:
    """The page that a customer with a new device gets for a code."""
    device = Visitor(stack.portal_url, headers={"User-Agent": secrets.token_hex(8)})
    page = device.get(device.post("/authenticity", code=symbols).location)
    assert page.status == 200
    return page.body


def test_each_demo_code_has_its_verdict(stack: LocalStack, till: Till) -> None:
    assert stack.command("seed").returncode == 0
    codes = stack.facts["demo"]["codes"]
    assert set(codes) == set(Verdict)
    assert {verdict: till.check(text)["verdict"] for verdict, text in codes.items()} == {
        verdict: verdict for verdict in Verdict
    }


def test_a_tills_check_does_not_use_up_the_customers_first_check(
    stack: LocalStack, till: Till
) -> None:
    symbols = fresh_code(stack)
    answer = till.check(symbols)
    assert answer["verdict"] == "genuine_first_check"
    assert 'data-verdict="genuine_first_check"' in customer(stack, symbols)
    again = till.check(symbols)
    assert (again["verdict"], again["checks"]) == ("genuine_checked_before", 3)
    recorded = till.look_up(answer["reference"])
    assert (recorded["store_id"], recorded["verdict"]) == ("S-0412", "genuine_first_check")


def test_of_200_first_checks_at_tills_at_the_same_moment_one_is_first(
    stack: LocalStack, till: Till
) -> None:
    symbols = fresh_code(stack)
    crowded = replace(till, pool=urllib3.PoolManager(maxsize=CROWD))
    at_once = threading.Barrier(CROWD)

    def check(_: int) -> dict[str, Any]:
        at_once.wait()
        return crowded.check(symbols)

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(check, range(CROWD)))
    verdicts = [answer["verdict"] for answer in answers]
    assert verdicts.count("genuine_first_check") == 1
    exact = [answer["checks"] for answer in answers if not answer["estimate"]]
    assert sorted(exact) == list(range(1, len(exact) + 1))


@pytest.mark.slow
def test_a_thousand_checks_of_one_code_all_succeed_and_the_count_is_close(
    stack: LocalStack, till: Till
) -> None:
    symbols = fresh_code(stack)
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: till.check(symbols), range(1000)))
    assert len(answers) == 1000
    stored = item(stack, read_as_stored(stack, symbols))
    # Sampled by doubling weights: the standard deviation is some 120.
    assert 500 <= int(stored["checks"]["N"]) <= 1500
    assert len(stored["places"]["M"]) <= 45


def test_of_200_first_checks_by_customers_at_the_same_moment_one_is_first(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", stack.endpoint_url)
    wired.forget()
    table = stack.outputs["AuthenticityTable"]
    store, histories = CheckStore(table), HistoryStore(table)
    serial = 900_000 + secrets.randbelow(90_000)
    issued = batch(900, BatchStatus.ACTIVE, first_serial=900_000, count=90_000)
    service = AuthenticityService(
        ring=ring(utc_now),
        book=book(utc_now, issued),
        store=lambda: store,
        histories=lambda: histories,
        clock=utc_now,
        entropy=secrets.randbits,
    )

    def check(number: int) -> Answer:
        visitor = f"{os.getpid()}-{number}"
        return service.check(
            code(serial), visitor=visitor, audience=Audience.CUSTOMER, actor=CUSTOMER
        )

    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(check, range(CROWD)))
        again = list(crowd.map(check, range(20)))
    wired.forget()
    first = [answer for answer in answers if answer.verdict is Verdict.GENUINE_FIRST_CHECK]
    assert len(first) == 1
    assert first[0].checks == 1
    assert {answer.verdict for answer in answers} - {Verdict.GENUINE_FIRST_CHECK} <= {
        Verdict.GENUINE_CHECKED_BEFORE,
        Verdict.SUSPECT,
    }
    assert all(Verdict.NOT_ISSUED is not answer.verdict for answer in again)


def test_an_item_that_is_sold_twice_is_suspect_when_a_customer_checks_it(
    stack: LocalStack,
) -> None:
    symbols = fresh_code(stack)
    sell_twice(stack, symbols)
    await_true(lambda: len({*sales_of(stack, symbols)[:2]}) == 2, what="both sales")
    assert 'data-verdict="suspect"' in customer(stack, symbols)


def test_a_suspicion_is_published_on_the_bus(stack: LocalStack) -> None:
    listener = Listener(stack)
    symbols = fresh_code(stack)
    try:
        sell_twice(stack, symbols)
        event = await_true(listener.next, what="authenticity.suspected on the bus")
        assert event
        assert event["detail"]["data"]["signal"] == "sold_twice"
        assert symbols not in json.dumps(event)
    finally:
        listener.leave()


class Listener:
    """A queue of another system that receives the bus's suspicions."""

    def __init__(self, stack: LocalStack) -> None:
        self._events, self._queues = stack.client("events"), stack.client("sqs")
        self._bus, self._name = stack.outputs["EventBus"], f"listener-{secrets.token_hex(4)}"
        self._queue = self._queues.create_queue(QueueName=self._name)["QueueUrl"]
        arn = self._queues.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        pattern = json.dumps({"detail-type": ["authenticity.suspected"]})
        rule = {"Name": self._name, "EventBusName": self._bus}
        self._events.put_rule(**rule, EventPattern=pattern)
        target = {"Id": "listener", "Arn": arn["Attributes"]["QueueArn"]}
        self._events.put_targets(Rule=self._name, EventBusName=self._bus, Targets=[target])

    def next(self) -> dict[str, dict[str, dict[str, str]]] | None:
        received = self._queues.receive_message(QueueUrl=self._queue).get("Messages", [])
        return json.loads(received[0]["Body"]) if received else None

    def leave(self) -> None:
        with suppress(Exception):
            self._events.remove_targets(Rule=self._name, EventBusName=self._bus, Ids=["listener"])
            self._events.delete_rule(Name=self._name, EventBusName=self._bus)
            self._queues.delete_queue(QueueUrl=self._queue)
