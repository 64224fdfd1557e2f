"""Calculates what a million returns, checks, earnings, expiries and tickets cost at list prices.

Units, requests, log lines and stored bytes are counted; durations are those of docs/figures.md.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NamedTuple

import boto3

from infra.local.settings import ROOT
from tests.bench.scale import CALLS_PER_MESSAGE, MAIL_SECONDS, MEMBERS_PER_SECOND
from tests.bench.tables import table
from tests.bench.walks import asking, checks, points, returning
from tests.bench.world import PUBLISHER, Invocation, World, deployed
from tests.fakes import counter
from tests.fakes.environment import BUCKETS
from tests.fakes.template import resources, template

MILLION = 1_000_000
MEMBERS = 100
# Seconds: the medians of docs/figures.md, of the dearest page, a check, a verdict and a label; of
# mails and the others those that docs/scale.md is calculated with. AWS was not measured.
SECONDS = {
    "PortalFunction": 0.042,
    "CheckPageFunction": 0.017,
    "EvidenceIntakeFunction": 0.784,
    "LabelWorkerFunction": 0.403,
    "MailerFunction": MAIL_SECONDS,
}
USUAL_SECONDS = 0.05
# Lambda's own lines of an invocation, and how long uploads and documents are kept, in months.
PLATFORM_LOG_BYTES, KEPT_MONTHS = 300, 400 / 30
GB = 1024**3
HTTP = "app.app"

type Prices = dict[str, float]


class Journey(NamedTuple):
    """What was asked of AWS for so many of one thing."""

    of: int
    invocations: list[Invocation]
    log_bytes: int
    stored_bytes: int
    more_seconds: float = 0


@cache
def listed() -> dict[str, Any]:
    """The prices, with their sources."""
    return tomllib.loads((ROOT / "tests" / "bench" / "prices.toml").read_text(encoding="utf-8"))


def report() -> str:
    """Dollars a million of each, by service, and what portals charge for the same returns."""
    heads = ["dollars a million", *(name for name in JOURNEYS)]
    bills = [bill(act(), listed()["aws"]) for act in JOURNEYS.values()]
    rows = [
        [service, *(f"{each[service] * MILLION:,.2f}" for each in bills)] for service in bills[0]
    ]
    rows.append(["**in all**", *(f"**{sum(each.values()) * MILLION:,.2f}**" for each in bills)])
    note = (
        f"us-east-1, {listed()['as_of']}. A return is one with one photo, from the sign-in to the "
        "refund, with all its mails; a check is a customer's first one, with its form and page; "
        f"an earning is a till's; an expiry is one of {MEMBERS} of a night; a ticket is one about "
        "an order, with two messages and two answers, from the sign-in to the resolution. Not in "
        "it: postage, transfer to the internet, DynamoDB's storage and streams, WAF, cold starts, "
        "tracing, what the shop's own events and the schedules cost."
    )
    returns = sum(bills[0].values()) * MILLION
    return f"{table(heads, rows)}\n\n{note}\n\n{_portals(returns)}"


def _portals(ours: float) -> str:
    """What a million returns a year cost at each list price, beside ours."""
    rows = [["this, at AWS's list prices", f"{ours:,.0f}", f"{ours / MILLION:.4f}", ""]]
    for each in listed()["portals"]:
        year, held = 12 * each["month"], each["returns_a_year"]
        extra = each.get("extra_return")
        shown = f"{year + (MILLION - held) * extra:,.0f}" if extra else "not listed"
        rows.append([each["name"], shown, f"{year / held:.2f}", each["source"]])
    heads = ["a million returns a year", "dollars", "dollars a return, all used", "source"]
    return table(heads, rows)


def bill(journey: Journey, prices: Prices) -> dict[str, float]:
    """The dollars of one, by service."""
    calls: Counter[str] = sum((each.step.calls for each in journey.invocations), Counter())
    count = len(journey.invocations)
    requests = sum(_is_asked(each) for each in journey.invocations)
    messages = count - requests - sum(_is_unqueued(each) for each in journey.invocations)
    uploads = sum(each.function == "EvidenceIntakeFunction" for each in journey.invocations)
    written = calls["s3.PutObject"] + uploads
    seconds = sum(_gigabytes(each.function) * _seconds(each) for each in journey.invocations)
    seconds += journey.more_seconds
    logged = journey.log_bytes + count * PLATFORM_LOG_BYTES
    stored = journey.stored_bytes / GB * KEPT_MONTHS
    dollars = {
        "DynamoDB": sum(each.step.write_units for each in journey.invocations)
        * prices["dynamodb_write_unit"]
        + sum(each.step.read_units for each in journey.invocations) * prices["dynamodb_read_unit"],
        "Lambda": count * prices["lambda_request"] + seconds * prices["lambda_gb_second"],
        "API Gateway": requests * prices["api_request"],
        "SQS": (messages * CALLS_PER_MESSAGE + calls["sqs.SendMessageBatch"])
        * prices["sqs_request"],
        "EventBridge": calls["events.PutEvents"] * prices["event"],
        "SES": calls["ses.SendRawEmail"] * prices["mail"],
        "S3": written * prices["s3_write"]
        + calls["s3.GetObject"] * prices["s3_read"]
        + stored * prices["s3_gb_month"],
        "CloudWatch logs": logged / GB * prices["log_gb"],
    }
    return {service: each / journey.of for service, each in dollars.items()}


def _is_asked(each: Invocation) -> bool:
    handler = resources("AWS::Serverless::Function")[each.function]["Handler"]
    return str(handler).endswith(HTTP)


def _is_unqueued(each: Invocation) -> bool:
    return each.function in {PUBLISHER, "PointsExpiryFunction", "DueSweeperFunction"}


def _seconds(each: Invocation) -> float:
    return SECONDS.get(each.function, USUAL_SECONDS)


def _gigabytes(function: str) -> float:
    usual = template()["Globals"]["Function"]["MemorySize"]
    memory = resources("AWS::Serverless::Function")[function].get("MemorySize", usual)
    return int(memory) / 1024


def _measured(
    prepare: Callable[[World], Any], act: Callable[[World, Any], None], of: int = 1
) -> Journey:
    """What is asked of AWS for that, without what was prepared."""
    with deployed() as world:
        prepared = prepare(world)
        before, logged, stored = len(world.invocations), _log(world), _stored()
        act(world, prepared)
        return Journey(of, world.invocations[before:], _log(world) - logged, _stored() - stored)


def _log(world: World) -> int:
    return len(world.log.getvalue())


def _stored() -> int:
    pages: Iterable[Any] = (
        page
        for name in BUCKETS.values()
        for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=name)
    )
    return sum(each["Size"] for page in pages for each in page.get("Contents", ()))


def _stock(world: World) -> str:
    counter.stock(world.tables["BatchesTable"])
    world.forget()
    return counter.fresh_code()


def _night() -> Journey:
    journey = _measured(
        lambda world: points.prepared(world, MEMBERS, points.YEAR + 1),
        lambda world, _: points.expires(world),
        MEMBERS,
    )
    seconds = MEMBERS / MEMBERS_PER_SECOND * _gigabytes("ExpiryWorkerFunction")
    return journey._replace(more_seconds=seconds)


JOURNEYS: dict[str, Callable[[], Journey]] = {
    "returns": partial(_measured, returning.sells, lambda world, _: returning.requested(world)),
    "checks": partial(_measured, _stock, lambda world, code: _nothing(checks.checked(world, code))),
    "earnings": partial(
        _measured, lambda world: points.joins(world, "li@example.com"), points.earns
    ),
    "expiries": _night,
    "tickets": partial(_measured, asking.ready, asking.asked),
}


def _nothing(_: object) -> None:
    """What a customer keeps of a check costs nothing."""
