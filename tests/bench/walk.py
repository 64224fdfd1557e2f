"""Measures a complete return on the running stack, request by request."""

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import urllib3

from infra.local.processes import running_stack
from infra.local.settings import from_environment
from tests.bench.tables import table
from tests.fakes import photos as builders
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.visitor import Page, Visitor

WALKS = 20
# The pause before the same page is requested again: constant polling would slow the stack.
PAUSE_SECONDS = 0.1
_NAMES = {r"ret_\w+": "{return_id}", r"/orders/[^/?]+": "/orders/{order_number}"}
CODE, VERDICT, LABEL, WHOLE = (
    "**code in the mailbox**, after the form",
    "**verdict on a 12-megapixel photo**, from the start of its upload",
    "**label available**, after the submit",
    "**complete return**, without the customer's own time",
)

type Times = dict[str, list[float]]


@dataclass
class TimedVisitor(Visitor):
    """Records the response times by route."""

    times: Times = field(default_factory=lambda: defaultdict(list))
    slot_opened: float = 0.0
    last_path: str = ""

    def get(self, path: str) -> Page:
        if path == self.last_path:
            time.sleep(PAUSE_SECONDS)
        self.last_path = path
        return super().get(path)

    def _request(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        started = time.perf_counter()
        answer = super()._request(method, path, body, headers)
        ended = time.perf_counter()
        for pattern, name in _NAMES.items():
            path = re.sub(pattern, name, path)
        self.times[f"{method} {path}"].append(ended - started)
        if path.endswith("/photos"):
            self.slot_opened = ended
        return answer

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.times[step].append(time.perf_counter() - started)


def report() -> str:
    """Milliseconds per step, without the first walk, which warms the stack up."""
    stack = running()
    times: Times = defaultdict(list)
    _walk(stack, "0", defaultdict(list))
    for number in range(1, WALKS + 1):
        _walk(stack, str(number), times)
    heads = ["step", "times", "p50 ms", "p95 ms", "worst ms"]
    return table(heads, [row(step, durations) for step, durations in times.items()])


def running() -> LocalStack:
    """The stack of this checkout; without one there is nothing to measure."""
    settings = from_environment()
    facts = running_stack(settings)
    if facts is None:
        raise LookupError("the stack is not running: `make up` starts it.")
    return LocalStack(settings.data, int(facts["endpoint_url"].rpartition(":")[2]))


def _walk(stack: LocalStack, number: str, times: Times) -> None:
    name = f"B{int(time.time()):X}-{number}"
    order = Shop(stack).sells(Order(f"PM-{name}", f"{name.lower()}@example.com"))
    mailbox = Mailbox(str(stack.facts["mailbox_url"]))
    visitor = TimedVisitor(stack.portal_url, times=times)
    photo = builders.phone_jpeg(name)
    with visitor.timed(WHOLE):
        sign_in(visitor, order, mailbox)
        path = visitor.drafts(order)
        visitor.sends_a_photo(path, photo)
        visitor.times[VERDICT].append(time.perf_counter() - visitor.slot_opened)
        with visitor.timed(LABEL):
            visitor.submits(path)
            visitor.awaits_the_label(path)


def sign_in(visitor: TimedVisitor, order: Order, mailbox: Mailbox) -> None:
    visitor.get("/")
    with visitor.timed(CODE):
        visitor.post("/", order_number=order.number, email=order.email)
        code = mailbox.next_code(order.email, previous=0)
    assert visitor.post("/code", code=code).location == f"/orders/{order.number}"
    visitor.get("/orders")


def row(step: str, durations: list[float]) -> list[str]:
    ranked = sorted(durations)
    figures = statistics.median(ranked), ranked[int(0.95 * (len(ranked) - 1))], ranked[-1]
    return [step, str(len(ranked)), *(f"{seconds * 1000:.0f}" for seconds in figures)]
