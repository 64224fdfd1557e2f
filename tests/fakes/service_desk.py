"""The service desk with customers who bought something and the staff who answer them."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from aftercare.desk.agents import Done, TicketDesk
from aftercare.desk.counter import CounterDesk
from aftercare.desk.erasing import TicketErasing
from aftercare.desk.events import DUE
from aftercare.desk.hand_over import Case
from aftercare.desk.handing import HandOverService
from aftercare.desk.incoming.places import address_of
from aftercare.desk.incoming.reading import read_mail
from aftercare.desk.intake import MailIntake
from aftercare.desk.keeping import TicketKeeping
from aftercare.desk.mailed import ParkedMail, Receipt, Taken
from aftercare.desk.merging import Seen, TicketMerging
from aftercare.desk.model import Queue
from aftercare.desk.moves import Verb
from aftercare.desk.partners import PartnerService
from aftercare.desk.service import About, Sent, TicketService
from aftercare.desk.store import TicketStore
from aftercare.desk.taking_up import PaperService
from aftercare.desk.ticket import Thread, Topic
from aftercare.desk.waiting import Card
from aftercare.desk.walk_ins import WalkIn, WalkInDesk
from aftercare.desk.wiring import (
    MailIntakeConfig,
    TicketsConfig,
    counter_desk,
    hand_overs,
    mail_intake,
    paper_service,
    partner_service,
    ticket_desk,
    ticket_erasing,
    ticket_keeping,
    ticket_merging,
    ticket_service,
    walk_in_desk,
)
from aftercare.kernel.actor import system
from aftercare.kernel.aws import client
from aftercare.kernel.due.model import Timer, timer_of
from aftercare.kernel.timeline import Entry
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.model import email_key_of
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.staff.model import Member
from tests.fakes.codes import key_named
from tests.fakes.crashes.world import empty_tables
from tests.fakes.house import SetClock
from tests.fakes.incoming import DESK
from tests.fakes.orders import EMAIL, NUMBER, ORDERS_INGEST, paid
from tests.fakes.outbox import committed_entries
from tests.fakes.reviews import AGENT, STORE, Trail

DESK_WORKER = system("desk_worker")
MAIL_INTAKE = system("mail_intake")
DESK_KEY = b"a secret of the desk"
CODE_KEY = b"what customers show"
SOHO = "London Soho"
HELLO = "The box was open when it came."


@dataclass
class ServiceDesk:
    """Everything that happens to tickets, on one clock."""

    clock: SetClock
    tickets: TicketService
    partners: PartnerService
    staff: TicketDesk
    keeping: TicketKeeping
    merging: TicketMerging
    trail: Trail
    tables: dict[str, str]
    intake: MailIntake
    handing: HandOverService
    counter: CounterDesk
    walk_ins: WalkInDesk
    papers: PaperService
    forms: "count[int]" = field(default_factory=count)

    def sent(self, words: str = HELLO, sent_as: str = "") -> Sent:
        """A message whose form nobody has sent before, unless it is named."""
        return Sent(words, sent_as or f"form {next(self.forms)}", "en")

    def ask(self, about: About | None = None, email: str = EMAIL, words: str = HELLO) -> Thread:
        about = about or About(Topic.ORDER, NUMBER)
        return self.tickets.ask(email_key_of(email), about, self.sent(words))

    def write(self, number: str, words: str = "Is there any news?", email: str = EMAIL) -> Thread:
        return self.tickets.write(email_key_of(email), number, self.sent(words))

    def appeal(
        self, number: str, wish: Verb = Verb.APPEAL, words: str = "", email: str = EMAIL
    ) -> Thread:
        return self.tickets.appeal(email_key_of(email), number, wish, self.sent(words))

    def mail(
        self, raw: bytes, sent_as: str = "", *, at: datetime | None = None, **verdicts: bool
    ) -> Taken:
        """What becomes of a mail that SES received, under a name that it gave to no other."""
        given: Any = {"passes_dmarc": True} | verdicts
        name = sent_as or f"ses{next(self.forms)}"
        receipt = Receipt(name, f"mails/{name}", at or self.clock(), **given)
        return self.intake.take(read_mail(raw, DESK), receipt, actor=MAIL_INTAKE)

    def address(self, number: str) -> str:
        """Where mails about that ticket go."""
        return address_of(number, DESK, DESK_KEY)

    def parked(self) -> list[ParkedMail]:
        """The mails at which nobody has looked."""
        return list(self.intake.inbox.waiting().mails)

    def act(
        self, number: str, verb: Verb, words: str = "We look into it.", member: Member = AGENT
    ) -> Thread:
        """What a member does who has just read the ticket."""
        seen = self.staff.open_ticket(member, number)
        done = Done(verb, seen.ticket.entries, words, f"form {next(self.forms)}")
        return self.staff.act(member, number, done)

    def code(self, number: str = "", case: Case | None = None, email: str = EMAIL) -> str:
        """The six digits that the customer gets for a ticket, or for another case."""
        case = case or self.handing.of_ticket(email_key_of(email), number)
        self.handing.ask(case)
        shown = self.handing.shown(case)
        assert shown
        return shown.digits

    def redeem(self, digits: str, member: Member = STORE, store: str = SOHO) -> Thread:
        return self.counter.redeem(member, digits, store)

    def walks_in(self, member: Member = STORE, **told: Any) -> Thread:
        """Somebody comes to a counter with that."""
        walk_in = WalkIn(SOHO, Topic.PRODUCT, HELLO, "fr")._replace(**told)
        return self.walk_ins.open(member, walk_in, self.form())

    def paper_code(self, number: str, member: Member = STORE) -> str:
        """The sixteen digits of the paper code that a counter prints."""
        self.walk_ins.print_code(member, number)
        _, shown = self.walk_ins.printed(member, number)
        assert shown
        return shown.digits

    def merge(self, one: str, other: str, member: Member = AGENT) -> Thread:
        """What a member makes one ticket of who has just read both."""
        return self.merging.merge(member, self.seen(one), self.seen(other), self.form())

    def unmerge(self, number: str, loser: str, member: Member = AGENT) -> Thread:
        return self.merging.unmerge(member, self.seen(number), loser, self.form())

    def seen(self, number: str) -> Seen:
        """The ticket as somebody sees it now by that number."""
        return Seen(number, self.thread(number).ticket.entries)

    def form(self) -> str:
        return f"form {next(self.forms)}"

    def thread(self, number: str) -> Thread:
        return self.staff.open_ticket(AGENT, number)

    def queue(self, queue: Queue) -> list[Card]:
        """All of a queue, page by page."""
        found, after = list[Card](), ""
        while True:
            page = self.staff.waiting(AGENT, queue, after)
            found += page.cards
            if not page.after:
                return found
            after = page.after

    def timers(self) -> list[Timer]:
        """The tickets' timers that are to come, however long that takes."""
        items = client("dynamodb").scan(TableName=self.tables["DueTable"])["Items"]
        found = (timer_of(item["sk"]["S"]) for item in items)
        return sorted((each for each in found if each.event == DUE), key=lambda each: each.key)

    def store(self) -> TicketStore:
        return self.tickets.store

    def erasing(self) -> TicketErasing:
        return ticket_erasing(self.tables["TicketsTable"], "")

    def facts(self) -> list[str]:
        """The tickets of which there are facts, each as often as there are."""
        items = client("dynamodb").scan(TableName=self.tables["TicketsTable"])["Items"]
        return sorted(i["sk"]["S"] for i in items if i["pk"]["S"].startswith("FACTS#"))

    def entries(self) -> list[Entry]:
        return committed_entries(self.tables["TicketsTable"])

    def work(self) -> None:
        """What the worker does with every event and every timer until now; once."""
        for entry in self.entries():
            if entry.entry_type in {"ticket.opened", "ticket.reopened"}:
                self.keeping.follow(entry.subject, actor=DESK_WORKER)
        for timer in self.timers():
            if timer.due_at <= self.clock():
                self.keeping.look(timer.subject, timer.due_at, actor=DESK_WORKER)


def service_desk(tables: dict[str, str], clock: SetClock | None = None) -> ServiceDesk:
    """The desk on these tables, which are emptied first, with a customer who bought something."""
    empty_tables(tables)
    return desk_beside(tables, clock or SetClock())


def desk_beside(tables: dict[str, str], clock: SetClock) -> ServiceDesk:
    """The same on tables that others have filled; its forms are none of theirs."""
    dice = random.SystemRandom().getrandbits
    config = TicketsConfig(tables["TicketsTable"], tables["DueTable"])
    orders = order_service(OrdersConfig(tables["OrdersTable"]), clock=clock, entropy=dice)
    members = member_service(MembersConfig(tables["MembersTable"]), clock=clock, entropy=dice)
    orders.record(paid(), actor=ORDERS_INGEST)
    trail = Trail()
    edge: Any = {"clock": clock, "entropy": dice}
    return ServiceDesk(
        clock,
        ticket_service(config, orders, members, **edge),
        partner_service(config, orders, **edge),
        ticket_desk(config, trail, **edge),
        ticket_keeping(config, key_named, **edge),
        ticket_merging(config, **edge),
        trail,
        tables,
        replace(
            mail_intake(MailIntakeConfig(*config, "", DESK.mailbox), orders, members, **edge),
            key=lambda: DESK_KEY,
        ),
        hand_overs(config, lambda: CODE_KEY, **edge),
        counter_desk(config, orders, trail, lambda: CODE_KEY, **edge),
        walk_in_desk(config, orders, lambda: CODE_KEY, **edge),
        paper_service(config, orders, members, lambda: CODE_KEY, **edge),
        forms=count(dice(40)),
    )
