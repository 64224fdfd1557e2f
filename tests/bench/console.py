"""Measures the console on the running stack: the queue, a case, a decision, and a bare page."""

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from infra.local.processes import running_stack
from infra.local.settings import from_environment
from tests.bench.tables import table
from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.stack.visitor import Page, Visitor

ROUNDS = 30
WARM_UP = 5
# Above what one person approves without a look, below what a second one confirms.
PRICE = 50_000
FLOOR = "the sign-in page: no table is read"
QUEUE, CASE, DECISION = "the queue", "a case", "a decision"


@dataclass
class Clerk:
    """An agent with a stop watch."""

    staff: StaffMember
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.times[step].append(time.perf_counter() - started)

    def decides(self, return_id: str) -> None:
        """A round: nothing, the queue, the case, and the form of its decision."""
        with self.timed(FLOOR):
            assert self.nobody.get("/sign-in").status == 200
        with self.timed(QUEUE):
            queue = self.staff.get("/queue")
        assert queue.status == 200
        with self.timed(CASE):
            case = self.staff.get(f"/cases/{return_id}")
        form = _approval(case)
        with self.timed(DECISION):
            answer = self.staff.post(f"/cases/{return_id}/decision", **form)
        assert answer.location == f"/cases/{return_id}?done=approved", answer

    @property
    def nobody(self) -> StaffMember:
        return StaffMember(self.staff.portal_url, headers=self.staff.headers)


def report() -> str:
    """Milliseconds per page, without the first rounds, which warm the stack up."""
    settings = from_environment()
    facts = running_stack(settings)
    if facts is None:
        raise LookupError("the stack is not running: `make up` starts it.")
    stack = LocalStack(settings.data, int(facts["endpoint_url"].rpartition(":")[2]))
    waiting = _returns_of_one_customer(stack, WARM_UP + ROUNDS)
    staff = StaffMember.at(stack)
    staff.enters("agent", "/queue")
    for return_id in waiting:
        _await_review(staff, return_id)
    clerk = Clerk(staff)
    for return_id in waiting:
        clerk.decides(return_id)
    heads = ["page", "times", "p50 ms", "p95 ms", "worst ms", "p50 to the sign-in page's"]
    floor = statistics.median(clerk.times[FLOOR][WARM_UP:])
    return table(heads, [_row(step, times[WARM_UP:], floor) for step, times in clerk.times.items()])


def _returns_of_one_customer(stack: LocalStack, count: int) -> list[str]:
    """Submits returns at which a person looks, and waits for each; their ids, oldest first."""
    shop, mailbox = Shop(stack), Mailbox(str(stack.facts["mailbox_url"]))
    name = f"C{int(time.time()):X}"
    lines = [FIGURES | {"unit_price": PRICE, "quantity": count}]
    order = shop.sells(Order(f"PM-{name}", f"{name.lower()}@example.com", lines=lines))
    visitor = Visitor(stack.portal_url)
    visitor.signs_in(order, mailbox)
    paths = [_submitted(visitor, order) for _ in range(count)]
    return [path.rpartition("/")[2] for path in paths]


def _submitted(visitor: Visitor, order: Order) -> str:
    path = visitor.drafts(order)
    visitor.sends_a_photo(path)
    visitor.submits(path)
    return path


def _await_review(staff: StaffMember, return_id: str) -> None:
    def is_there() -> bool:
        return 'name="version"' in staff.get(f"/cases/{return_id}").body

    await_true(is_there, what=f"the review of {return_id}")


def _approval(case: Page) -> dict[str, str]:
    [line] = set(re.findall(r'name="accepted_(\w+)"', case.body))
    return {
        "version": case.find(r'name="version" value="(\d+)"'),
        f"accepted_{line}": "yes",
        f"code_{line}": "as_asked",
        f"words_{line}": "",
    }


def _row(step: str, durations: list[float], floor: float) -> list[str]:
    ranked = sorted(durations)
    middle = statistics.median(ranked)
    figures = middle, ranked[int(0.95 * (len(ranked) - 1))], ranked[-1]
    shown = [f"{seconds * 1000:.0f}" for seconds in figures]
    return [step, str(len(ranked)), *shown, f"{middle / floor:.1f}"]
