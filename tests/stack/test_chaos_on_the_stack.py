"""Fifty walks while workers and the emulator are killed: afterwards everything adds up."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import partial
from pathlib import Path

import pytest

from aftercare.authenticity.asked import key_of
from aftercare.authenticity.keys import parse
from aftercare.authenticity.store import CheckStore
from aftercare.kernel.clock import local_day, utc_now
from aftercare.labels.model import LabelStatus
from aftercare.labels.store import LabelStore
from aftercare.mail.model import LABEL_READY, Outcome
from aftercare.mail.store import MailStore
from aftercare.points.night.model import Run, run_id_of
from aftercare.points.rules import published
from aftercare.returns.model import ReturnStatus
from infra.operator.audit import Count, first_difference
from tests.fakes import wired
from tests.fakes.exports import exported, file_of
from tests.fakes.night import Night, night_on
from tests.fakes.stack.havoc import Havoc, insisted
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.walks import DUE, EARNED, SPENT, UNITS, Walks

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1200)]
THREADS = 10
# All walks end well before; a walk that is stuck does not.
PATIENCE = 600.0
# A dead worker's message is hidden for three minutes on AWS, and its claim held for one at most.
# Here the queues give messages back at once, so that only the claims have to be waited for; for
# that they are received more often than a queue allows.
HIDDEN_SECONDS, RECEIVES = 5, 1000
SCHEDULED = date(2026, 4, 2)
STEPS = ["return.created", "return.submitted", "return.approved", "return.label_ready"]


@pytest.fixture
def night(own: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    """Our services on the stack's tables, on the day when the expiring points were earned."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", own.endpoint_url)
    wired.forget()
    names = ("PointsTable", "MembersTable", "OrdersTable", "MailTable", "DueTable")
    night = night_on({name: own.outputs[name] for name in names}, published(), page=50)
    earned = SCHEDULED - timedelta(days=366)
    noon = datetime.combine(earned, clock_time(12), night.service.zone)
    night.clock.now = noon.astimezone(UTC)
    yield night
    wired.forget()


@pytest.fixture
def walks(own: LocalStack, night: Night) -> Walks:
    name = own.outputs["CodeKeysSecret"]
    secret = own.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    dice = random.Random(int(os.environ["CRASH_SEED"]))  # noqa: S311 - repeats a run
    return Walks(own, night, parse(secret)[0], SCHEDULED, dice)


def test_after_kills_at_random_moments_everything_adds_up_and_nothing_is_stuck(
    own: LocalStack, walks: Walks, tmp_path: Path
) -> None:
    give_messages_back_at_once(own)
    walks.prepare()
    dice = random.Random(walks.dice.getrandbits(32))  # noqa: S311 - repeats a run
    havoc = Havoc(own, dice, emulators=2, workers=12)
    walk_all(walks, havoc)
    # The emulator, unlike AWS, forgets its last seconds when it is killed: each client asks again.
    walk_all(walks)
    assert len(havoc.struck) > 2, havoc.struck
    returns_add_up(own, walks)
    night_is_over(walks)
    nothing_is_left(own)
    checks_add_up(own, walks)
    points_add_up(own, walks, tmp_path)


def give_messages_back_at_once(stack: LocalStack) -> None:
    queues = stack.client("sqs")
    for url in queues.list_queues().get("QueueUrls", []):
        attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        policy = attributes.get("Attributes", {}).get("RedrivePolicy")
        if policy:
            target = policy.partition('"deadLetterTargetArn"')[2].split('"')[1]
            redrive = f'{{"deadLetterTargetArn": "{target}", "maxReceiveCount": {RECEIVES}}}'
            changed = {"VisibilityTimeout": str(HIDDEN_SECONDS), "RedrivePolicy": redrive}
            queues.set_queue_attributes(QueueUrl=url, Attributes=changed)


def walk_all(walks: Walks, havoc: Havoc | None = None) -> None:
    """All walks at once, each until it has ended; under havoc also until that has."""
    deadline = time.monotonic() + PATIENCE

    def is_over() -> bool:
        return time.monotonic() > deadline or (havoc is not None and havoc.is_lost)

    with ThreadPoolExecutor(THREADS + 1) as pool:
        raging = pool.submit(havoc.rage) if havoc else None
        tries = [pool.submit(insisted, walk, is_over) for walk in walks.each()]
        for each in tries:
            each.result()
        if raging:
            raging.result()
    assert havoc is None or not havoc.is_lost, havoc.failed_starts
    assert time.monotonic() < deadline, "some walks are stuck"


def nothing_is_left(stack: LocalStack) -> None:
    """Every queue is empty, nothing was given up, and no mail is claimed without its end."""
    queues = stack.client("sqs")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def left() -> Counter[str]:
        found = Counter[str]()
        for url in queues.list_queues()["QueueUrls"]:
            if url.endswith("/ear"):
                continue
            read = queues.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
            found[url.rpartition("/")[2]] += sum(int(read.get(name, 0)) for name in counts)
        found["claimed mails"] = states(stack)["claimed"]
        return +found

    await_true(lambda: not left(), PATIENCE, f"the end of all messages, of which {left()} are left")


def states(stack: LocalStack) -> Counter[str]:
    """How many mails are in which state."""
    found, scan = Counter[str](), stack.client("dynamodb").get_paginator("scan")
    for page in scan.paginate(TableName=stack.outputs["MailTable"], ConsistentRead=True):
        found.update(item["state"]["S"] for item in page["Items"] if "state" in item)
    return found


def night_is_over(walks: Walks) -> None:
    def record() -> Run:
        return walks.night.service.record(run_id_of(SCHEDULED))

    await_true(lambda: record().is_over, PATIENCE, "the end of the night")
    assert not record().differences


def returns_add_up(stack: LocalStack, walks: Walks) -> None:
    labels, numbers = LabelStore(stack.outputs["LabelsTable"]), set[str]()
    mails = MailStore(stack.outputs["MailTable"])
    for order in walks.orders:
        ret = walks.return_of(order)
        assert ret, order.number
        assert ret.status is ReturnStatus.LABEL_READY
        assert walks.store.claimed_units(order.number) == {"1": UNITS}
        assert [entry.entry_type for entry in walks.store.timeline(ret.return_id)] == STEPS
        label = labels.of_return(ret.return_id)
        assert label
        assert (label.status, label.claimed_until) == (LabelStatus.RELEASED, None)
        numbers.add(label.tracking_number)
        entry = walks.store.timeline(ret.return_id)[-1]
        key = f"{LABEL_READY.name}#{entry.entry_id}"
        await_true(partial(mails.outcome, key), PATIENCE, f"the mail {key}")
        assert mails.outcome(key) is Outcome.SENT
    assert len(numbers) == len(walks.orders)


def checks_add_up(stack: LocalStack, walks: Walks) -> None:
    store = CheckStore(stack.outputs["AuthenticityTable"])
    for code in walks.codes:
        history = store.get(key_of(code))
        assert history
        assert (history.checks, history.customer_checks, history.raised) == (1, 1, {})


def points_add_up(stack: LocalStack, walks: Walks, folder: Path) -> None:
    """The product's own audit of all books and nights; then what each member should have."""
    lines = exported(stack.client("dynamodb"), stack.outputs["PointsTable"])
    (folder / "export.json.gz").write_bytes(file_of(lines))
    today = local_day(utc_now(), published().zone)
    assert first_difference(folder, 1, today, Count()) == ""
    for member_id in walks.members:
        account, entries = walks.night.accounts.account(member_id), walks.night.accounts.entries
        assert sum(account.lots.values()) == EARNED - SPENT
        assert len(list(entries(member_id))) == 2
    for member_id in walks.expiring:
        account = walks.night.accounts.account(member_id)
        assert (sum(account.lots.values()), sum(account.expired.values())) == (0, DUE)
