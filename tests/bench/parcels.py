"""Measures what a carrier and a customer wait for on the running stack: a label, and its news.

And what the label of a return costs there.
"""

import json
import time
from collections import defaultdict

from tests.bench.tables import table
from tests.bench.walk import (
    LABEL,
    PAUSE_SECONDS,
    TimedVisitor,
    Times,
    row,
    running,
    sign_in,
)
from tests.fakes import photos as builders
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.carrier import CarrierAt
from tests.fakes.stack.local_stacks import LocalStack

PARCELS = 20
TAKEN, ON_PAGE = (
    "**webhook answered**, from the carrier's side",
    "**news on the return's page**, after the answer to the webhook",
)
_WORDS = "Your parcel is on its way"


def report() -> str:
    """Milliseconds per step, without the first parcel, which warms the stack up."""
    stack, times = running(), defaultdict[str, list[float]](list)
    prices = defaultdict[str, list[int]](list)
    for number in range(PARCELS + 1):
        timed: Times = defaultdict(list)
        path = _follow(stack, str(number), timed)
        amount, currency = _price(stack, path)
        prices[currency].append(amount)
        if number:
            for step in (LABEL, TAKEN, ON_PAGE):
                times[step] += timed[step]
    heads = ["step", "times", "p50 ms", "p95 ms", "worst ms"]
    waits = table(heads, [row(step, durations) for step, durations in times.items()])
    costs = [
        (currency, len(each), round(sum(each) / len(each)), max(each))
        for currency, each in prices.items()
    ]
    heads = ["label of a return, in minor units", "labels", "mean", "most"]
    return f"{waits}\n\n{table(heads, costs)}"


def _price(stack: LocalStack, path: str) -> tuple[int, str]:
    """What we paid for the label of that return."""
    found = stack.client("dynamodb").get_item(
        TableName=stack.outputs["LabelsTable"],
        Key={"pk": {"S": f"RETURN#{path.rpartition('/')[2]}"}},
    )
    offer = json.loads(found["Item"]["offer"]["S"])
    return offer["amount"], offer["currency"]


def _follow(stack: LocalStack, number: str, times: Times) -> str:
    """One return until its parcel moves; returns the path of its page."""
    name = f"C{int(time.time()):X}-{number}"
    order = Shop(stack).sells(Order(f"PM-{name}", f"{name.lower()}@example.com"))
    customer = TimedVisitor(stack.portal_url, times=times)
    sign_in(customer, order, Mailbox(str(stack.facts["mailbox_url"])))
    path = customer.drafts(order)
    customer.sends_a_photo(path, builders.own_jpeg(path))
    with customer.timed(LABEL):
        customer.submits(path)
        customer.awaits_the_label(path)
    tracked = customer.get(path).find(r"Tracking number</dt>\s*<dd[^>]*>\s*([0-9A-Z]+)")
    with customer.timed(TAKEN):
        assert CarrierAt.of(stack).scans(tracked, "in_transit") == [202]
    with customer.timed(ON_PAGE):
        while _WORDS not in customer.get(path).body:
            time.sleep(PAUSE_SECONDS)
    return path
