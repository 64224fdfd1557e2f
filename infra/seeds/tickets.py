"""Seeds demo tickets: a desk at work. Their entries are no events and set no timers.

So nobody is mailed about what only stands there, and no demo ticket moves until somebody acts on
it; from then on it is like any other.
"""

import random
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, override

from aftercare.desk.agents import Done
from aftercare.desk.commits import Key
from aftercare.desk.merging import Seen
from aftercare.desk.model import Channel
from aftercare.desk.moves import Verb
from aftercare.desk.people import Customer, People
from aftercare.desk.rows import EntryRow, TicketRow
from aftercare.desk.service import About, Brought, Conversations
from aftercare.desk.store import TicketStore
from aftercare.desk.ticket import Message, Thread, Ticket, Topic
from aftercare.desk.wiring import (
    TicketsConfig,
    counter_desk,
    hand_overs,
    service_report,
    ticket_desk,
    ticket_keeping,
    ticket_merging,
)
from aftercare.kernel.actor import CUSTOMER, client, system
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.ids import Entropy, new_ticket
from aftercare.kernel.tables import Transaction, entry_columns
from aftercare.kernel.timeline import Entry
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.model import email_key_of
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.staff.model import Member, Role

_STORIES = Path(__file__).with_name("tickets.toml")
_WORKER = system("desk_worker")
_SELLER = "demo-seller"
_AGO = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
# An acknowledgement is there a moment after the message.
_MOMENT = timedelta(seconds=5)


def number_of(name: str) -> str:
    """The number of the demo ticket of that name: the same each time."""
    return new_ticket(random.Random(f"demo ticket {name}").getrandbits)  # noqa: S311 - no secret


class _NoTimers(DueStore):
    @override
    def add(self, commit: Transaction, timer: Timer) -> None:
        """Nothing looks at a demo ticket by itself."""


class _Untold(TicketStore):
    """Stores entries that the bus never hears of."""

    @override
    def _entry(self, ticket: Ticket, message: Message, event: Entry) -> EntryRow:
        row = super()._entry(ticket, message, event)
        for name in entry_columns(event):
            setattr(row, name, None)
        return row

    @override
    def _row(self, thread: Thread) -> TicketRow:
        # Whoever acts on it writes its first timer.
        return super()._row(thread._replace(ticket=replace(thread.ticket, look_at=None)))


class _NoTrail:
    def record_read(self, member: Member, subject: str) -> None:
        """Nobody reads."""

    def record_look(self, member: Member, subject: str) -> None:
        """Nobody looks."""


@dataclass(frozen=True, slots=True)
class _Customers(Conversations):
    """What customers and a seller's system say, on any channel."""

    store: TicketStore
    people: People
    clock: Clock
    entropy: Entropy

    def opens(self, story: Mapping[str, Any], brought: Brought) -> None:
        email, order = story["email"], story.get("order", "")
        customer = self.people.find(email_key_of(email), order, email)
        ticket = self._new(
            email_key_of(email), customer, About(Topic(story["topic"]), order), brought
        )
        self._opened(replace(ticket, number=number_of(story["name"])), brought.as_act(Verb.OPEN))

    def writes(self, number: str, brought: Brought) -> None:
        self._continued(self._numbered(number), brought)

    @override
    def _customer_of(self, closed: Ticket) -> Customer:
        return self.people.find(closed.email_key, closed.order_number, closed.email)


@dataclass
class _Now:
    """The moment of the step that is seeded."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


class _Desk:
    """Everybody at the desk, at the moment of a step."""

    def __init__(self, outputs: Mapping[str, str], staff: Mapping[Role, Member]) -> None:
        self.now, self._staff = _Now(), staff
        edge: Any = {"clock": self.now, "entropy": secrets.randbits}
        config = TicketsConfig(outputs["TicketsTable"], outputs["DueTable"])
        orders = order_service(OrdersConfig(outputs["OrdersTable"]), **edge)
        people = People(orders, member_service(MembersConfig(outputs["MembersTable"]), **edge))
        key, trail = secrets.token_bytes(32), _NoTrail()
        self.store = store = _Untold(config.tickets_table, _NoTimers(config.due_table))
        self._customers = _Customers(store, people, **edge)
        self._agents = replace(ticket_desk(config, trail, **edge), store=store)
        self._keeping = replace(ticket_keeping(config, lambda named: named, **edge), store=store)
        self._merging = replace(ticket_merging(config, **edge), store=store)
        self._handing = replace(hand_overs(config, lambda: key, **edge), store=store)
        counter = counter_desk(config, orders, trail, lambda: key, **edge)
        self._counter = replace(counter, store=store)

    def writes(self, story: Mapping[str, Any], by: str, words: str) -> None:
        is_seller = by == "seller"
        brought = Brought(
            words,
            Key("seed", f"{story['name']} {self.now.at}"),
            story["language"],
            client(_SELLER) if is_seller else CUSTOMER,
            Channel(story["channel"]),
            _SELLER if is_seller else "",
        )
        number = number_of(story["name"])
        if self.store.id_of(number):
            self._customers.writes(number, brought)
            return
        self._customers.opens(story, brought)
        self.now.at += _MOMENT
        self._keeping.follow(self.store.id_of(number), actor=_WORKER)

    def closes(self, number: str) -> None:
        self._keeping.look(self.store.id_of(number), actor=_WORKER)

    def merges(self, number: str, other: str, by: str) -> None:
        one, with_it = (Seen(each, self._entries(each)) for each in (number, other))
        self._merging.merge(self._staff[Role(by)], one, with_it, f"seed {number} merges")

    def hands_over(self, story: Mapping[str, Any], number: str, store: str) -> None:
        case = self._handing.of_ticket(email_key_of(story["email"]), number)
        self._handing.ask(case)
        if shown := self._handing.shown(case):
            self._counter.redeem(self._staff[Role.STORE], shown.digits, store)

    def acts(self, number: str, by: str, verb: Verb, words: str) -> None:
        ticket = self._agents.find(self._staff[Role(by)], number)
        if ticket:
            sent_as = f"seed {number} {ticket.entries}"
            done = Done(verb, ticket.entries, words, sent_as)
            self._agents.act(self._staff[Role(by)], ticket.number, done)

    def _entries(self, number: str) -> int:
        ticket = self.store.get(self.store.id_of(number))
        return ticket.entries if ticket else 0


def seed(
    outputs: Mapping[str, str], staff: Mapping[Role, Member], now: datetime | None = None
) -> list[str]:
    """Seeds the tickets that are not there, dated before `now`, and the desk's figures.

    Returns the numbers of all. Repeating it changes nothing: what somebody did to one stays.
    """
    desk, now = _Desk(outputs, staff), now or datetime.now(UTC)
    stories = tomllib.loads(_STORIES.read_text(encoding="utf-8"))["ticket"]
    for story in stories:
        if not desk.store.id_of(number_of(story["name"])):
            _tell(desk, story, now)
    service_report(outputs["TicketsTable"], clock=lambda: now).fold()
    return [number_of(story["name"]) for story in stories]


def _tell(desk: _Desk, story: Mapping[str, Any], now: datetime) -> None:
    number = number_of(story["name"])
    for at, by, verb, words in _steps(story, now):
        desk.now.at = at
        match verb:
            case Verb.OPEN | Verb.WRITE:
                desk.writes(story, by, words)
            case Verb.CLOSE:
                desk.closes(number)
            case Verb.MERGE:
                desk.merges(number, number_of(words), by)
            case Verb.HAND_OVER:
                desk.hands_over(story, number, words)
            case _:
                desk.acts(number, by, verb, words)


def _steps(story: Mapping[str, Any], now: datetime) -> Iterator[tuple[datetime, str, Verb, str]]:
    for ago, by, verb, words in story["steps"]:
        days, hours, minutes = (int(each or 0) for each in _parts(ago))
        yield now - timedelta(days=days, hours=hours, minutes=minutes), by, Verb(verb), words


def _parts(ago: str) -> tuple[str, ...]:
    found = _AGO.fullmatch(ago)
    if not ago or not found:
        raise ValueError(f"no time before now: {ago}")
    return found.groups()
