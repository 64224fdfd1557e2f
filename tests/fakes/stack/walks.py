"""Fifty walks through the deployed product. Each may be walked again after any trouble."""

import itertools
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from aftercare.authenticity.codes import Code, KeyPair, issue
from aftercare.kernel.ids import new_id
from aftercare.orders.model import email_key_of
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.store import ReturnStore
from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.night import TILL, Night
from tests.fakes.points import BY_TILL, MEMBERS_INGEST, member_event
from tests.fakes.stack.cards import cards_of
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.till import Till
from tests.fakes.stack.visitor import Visitor

RETURNS, CHECKS, EARNINGS, EXPIRIES = 12, 14, 14, 10
UNITS, EARNED, SPENT, DUE = 2, 100, 30, 7
MAILBOXES = 3


@dataclass
class Walks:
    """The walks, with names and amounts that the dice chose once."""

    stack: LocalStack
    night: Night
    keys: KeyPair
    scheduled: date
    dice: random.Random
    orders: list[Order] = field(init=False)
    members: list[str] = field(init=False)
    expiring: list[str] = field(init=False)
    codes: list[Code] = field(init=False)
    _customers: dict[str, Visitor] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(init=False)

    def __post_init__(self) -> None:
        emails = [f"chaos-{number}@example.com" for number in range(MAILBOXES)]
        self._locks = {email: threading.Lock() for email in emails}
        first = self.dice.randrange(10**6, 10**7)
        self.orders = [
            Order(f"PM-2026-{first + number}", email, lines=[FIGURES])
            for number, email in zip(range(RETURNS), itertools.cycle(emails), strict=False)
        ]
        self._events = {order.number: order.events() for order in self.orders}
        joined = datetime(2020, 1, 1, tzinfo=UTC)
        ids = [new_id("mem", joined, self.dice.getrandbits) for _ in range(EARNINGS + EXPIRIES)]
        self.members, self.expiring = ids[:EARNINGS], ids[EARNINGS:]
        self.codes = [Code(0, serial) for serial in self.dice.sample(range(10_000), CHECKS)]
        self._earned_at = datetime.now(UTC) - timedelta(minutes=5)

    def prepare(self) -> None:
        """What was there long before: points that are due, and a complete night before.

        It is in a snapshot of the emulator, which a kill does not take back.
        """
        self.night.completed(self.scheduled - timedelta(days=2))
        for member_id in self.expiring:
            self._enrol(member_id)
            self._earns_a_lot(member_id)
        tables = self.stack.data / "state" / "current" / "dynamodb.json"
        last = f"M#{self.expiring[-1]}"
        await_true(lambda: last in tables.read_text(), what="the snapshot")

    def each(self) -> Iterator[Callable[[], object]]:
        """All walks, in the order of the dice."""
        walks: list[Callable[[], object]] = [
            *(lambda order=order: self.returns(order) for order in self.orders),
            *(lambda code=code: self.checks(code) for code in self.codes),
            *(lambda member=member: self.earns_and_spends(member) for member in self.members),
            *(lambda member=member: self.expires(member) for member in self.expiring),
        ]
        yield from self.dice.sample(walks, len(walks))

    def returns(self, order: Order) -> None:
        """Buys, signs in, chooses both figures, sends a photo, submits, and gets a label."""
        shop = Shop(self.stack)
        shop.tells("shop.orders", *self._events[order.number])
        await_true(lambda: shop._knows(order), what=f"the order {order.number}")
        visitor = self._signed_in(order)
        ret = self.return_of(order)
        if ret is None:
            path = visitor.drafts(order, units=UNITS)
            visitor.sends_a_photo(path)
            visitor.submits(path)
        else:
            path = f"/returns/{ret.return_id}"
        assert visitor.awaits_the_label(path).startswith(b"%PDF")

    def return_of(self, order: Order) -> Return | None:
        """The order's live return."""
        live = [
            ret
            for ret in self.store.of_customer(email_key_of(order.email), 50)
            if ret.order_number == order.number and ret.status is not ReturnStatus.DRAFT
        ]
        assert len(live) <= 1, f"{order.number} has {len(live)} live returns"
        return live[0] if live else None

    def checks(self, code: Code) -> None:
        """A customer checks a code on the page; the same browser, however often it asks."""
        visitor = Visitor(self.stack.portal_url, cookie=f"aftercare-visitor={code.serial:022d}")
        page = visitor.get(visitor.post("/authenticity", code=issue(code, self.keys)).location)
        assert page.find(r'data-verdict="([^"]+)"') == "genuine_first_check"

    def earns_and_spends(self, member_id: str) -> None:
        """A till reports a purchase and takes points, with keys of its own."""
        self._enrol(member_id)
        till = Till(self.stack.portal_url, str(self.stack.facts["demo"]["store_key"]))
        purchase = {
            "receipt": f"R-{member_id}",
            "amount": EARNED * 100,
            "currency": "USD",
            "occurred_at": self._earned_at.isoformat(),
        }
        spending = {"points": SPENT, "shown": cards_of(self.stack).show(member_id).digits}
        for path, body in (("earn", purchase), ("spend", spending)):
            answer = till.move(f"{member_id}/{path}", f"{path}-{member_id}", body)
            assert answer.status == 200, answer.data

    def expires(self, member_id: str) -> None:
        """A member has points that a night expires; whoever asks for the night, it runs once."""
        self.stack.invoke("PointsExpiryFunction", {"date": self.scheduled.isoformat()})
        account = self.night.accounts
        await_true(lambda: account.account(member_id).expired, what=f"the expiry of {member_id}")

    @property
    def store(self) -> ReturnStore:
        return ReturnStore(self.stack.outputs["ReturnsTable"])

    def _signed_in(self, order: Order) -> Visitor:
        """A browser with the session of the order's customer, who signs in if it has ended."""
        with self._locks[order.email]:
            visitor = self._customers.get(order.email)
            if visitor is None or visitor.get("/orders").status != 200:
                visitor = Visitor(self.stack.portal_url)
                visitor.signs_in(order, Mailbox(str(self.stack.facts["mailbox_url"])))
                self._customers[order.email] = visitor
            return Visitor(visitor.portal_url, visitor.cookie, visitor.csrf)

    def _enrol(self, member_id: str) -> None:
        event = member_event(member_id, f"{member_id[4:]}@example.com".lower())
        self.night.points.members.record(event, actor=MEMBERS_INGEST)

    def _earns_a_lot(self, member_id: str) -> None:
        """A purchase a year ago; the receipt earns once, however often it is reported."""
        self.night.earning.earn(
            member_id,
            TILL,
            store_id="S-1",
            receipt_number=f"R-{member_id}",
            net=DUE * 100,
            currency="USD",
            occurred_at=self.night.clock.now,
            actor=BY_TILL,
        )
