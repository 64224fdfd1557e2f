"""A customer's tickets, on which they, agents and the worker act at once, dying anywhere."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from aftercare.desk.agents import Done, verbs_for
from aftercare.desk.appeals import APPEALS, next_appeal
from aftercare.desk.clocks import fold
from aftercare.desk.errors import HandOverRefusedError
from aftercare.desk.merging import Seen
from aftercare.desk.moves import TIERS, TicketState, Verb
from aftercare.desk.service import About, Sent
from aftercare.desk.steps import terms_of
from aftercare.desk.ticket import Thread, Ticket, Topic
from aftercare.desk.walk_ins import WalkIn
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Member, Role
from tests.fakes.crashes.faults import ENDED, Fault, Plan, Saboteur
from tests.fakes.incoming import raw_mail
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import AGENT, LEAD, STORE, member
from tests.fakes.service_desk import DESK_WORKER, SOHO, ServiceDesk

_MEI = email_key_of(EMAIL)
_COLLEAGUE = member("sam", Role.STORE)
_FORMS = count(1)
_LONGEST = timedelta(days=4)


@dataclass
class TicketWorld:
    """`sent` are the customer's forms and mails, `answered` the forms of agents, `wished` those
    that ask for a review, `forged` mails in the customer's name: what each says is its name.
    `walked` are forms of a counter. `stores` redeem a code each, `shut` codes that open nothing.

    `goes_to` is the number of the ticket that a form or a mail of the customer is sent to; a form
    without one opens a ticket, the first of them that of the return. `mailed` says when SES
    received the customer's mails.
    """

    desk: ServiceDesk
    saboteur: Saboteur
    about: About
    sent: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    wished: list[str] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    walked: list[str] = field(default_factory=list)
    stores: list[str] = field(default_factory=list)
    shut: list[str] = field(default_factory=list)
    mailed: dict[str, datetime] = field(default_factory=dict)
    goes_to: dict[str, str] = field(default_factory=dict)
    number: str = ""
    worked: set[str] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)

    def play(self, dice: random.Random) -> None:
        """Opens the ticket and lets seven things happen to it, each perhaps with a fault."""
        self._disturbed(dice, self.customer)
        for _ in range(7):
            self.desk.clock.forward(seconds=dice.uniform(0, _LONGEST.total_seconds()) ** 0.9)
            acts: list[Callable[[random.Random], None]] = [self.customer, self.agent, self.agent]
            acts += [
                self.agent,
                self.lead,
                self.work,
                self.wish,
                self.merge,
                self.unmerge,
                self.forger,
                self.counter,
                self.walk_in,
            ]
            self._disturbed(dice, dice.choice(acts))

    def recover(self) -> None:
        """Browsers send again what was not answered; the worker does what is left, for ever."""
        for form in self.sent:
            self._send(form)
        for _ in range(200):
            self.work()
            timers = self.desk.timers()
            if not timers:
                return
            self.desk.clock.now = max(self.desk.clock.now, timers[0].due_at)
        raise AssertionError("a ticket that is looked at for ever")

    @property
    def thread(self) -> Thread:
        return self.desk.tickets.thread(_MEI, self.number)

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """Every ticket of the customer, those that were merged included."""
        return self.desk.store().of_customer(_MEI)

    @property
    def threads(self) -> list[Thread]:
        """Each of them with its own entries, and what merges brought."""
        return [self.desk.tickets._thread(each) for each in self.tickets]

    def customer(self, dice: random.Random) -> None:
        """Something new, here or in a ticket of its own, or the last form again: a second press."""
        if self.sent and dice.random() < 0.2:
            self._send(self.sent[-1])
            return
        is_new = not self.number or dice.random() < 0.4
        is_mail = not is_new and dice.random() < 0.4
        number = "" if is_new else self._any(dice, TicketState.RESOLVED).number
        self._brings(number, is_mail=is_mail)

    def merge(self, dice: random.Random) -> None:
        """Two tickets become one, with a second press: the oldest message of both waits on."""
        found = [each for each in self.tickets if dice.random() < 0.05 or not each.merged_into]
        if len(found) < 2:
            self._brings("")
            return
        one, other = dice.sample(found, 2)
        before = [self.desk.tickets._thread(each) for each in (one, other)]
        mine, theirs = (Seen(each.number, each.entries) for each in (one, other))
        form = f"merge {next(_FORMS)}"
        after = self.desk.merging.merge(AGENT, mine, theirs, form)
        assert _waiting(after)[:1] == sorted(_waiting(before[0]) + _waiting(before[1]))[:1]
        assert after.ticket.opened_at == min(one.opened_at, other.opened_at)
        assert after.merges[-1].joint.entries in {one.entries, other.entries}
        self.desk.merging.merge(AGENT, mine, theirs, form)
        if dice.random() < 0.5:
            self.unmerge(dice)

    def unmerge(self, dice: random.Random) -> None:
        """One of the merges is undone, with a second press."""
        merged = [(one.ticket, each) for one in self.threads for each in one.merges]
        if not merged:
            return
        ticket, merge = dice.choice(merged)
        seen, form = Seen(ticket.number, ticket.entries), f"m {next(_FORMS)}"
        for _ in range(2):
            self.desk.merging.unmerge(LEAD, seen, merge.joint.number, form)

    def counter(self, dice: random.Random) -> None:
        """The customer shows a hand-over code at a counter, which types it twice; so do others.

        Some come too late, or with a code that they have replaced.
        """
        if not self.number:
            return
        number, way = self._any(dice).number, dice.random()
        digits = self.desk.code(number)
        if way < 0.2:
            self.desk.clock.forward(minutes=16)
        elif way < 0.4:
            self.desk.code(number)
        store = f"store {next(_FORMS)}"
        (self.shut if way < 0.4 else self.stores).append(store)
        for who in (STORE, STORE, _COLLEAGUE):
            with suppress(HandOverRefusedError):
                _answers_nobody(self.desk.redeem(digits, who, store))

    def walk_in(self, dice: random.Random) -> None:
        """They come to a counter instead, which presses twice; perhaps with a code on paper."""
        form = f"walk-in {next(_FORMS)}"
        self.walked.append(form)
        told = WalkIn(SOHO, Topic.PRODUCT, form, "en", EMAIL)
        for _ in range(2):
            thread = self.desk.walk_ins.open(STORE, told, form)
        if dice.random() < 0.5:
            digits = self.desk.paper_code(thread.ticket.number)
            for _ in range(2):
                _answers_nobody(self.desk.redeem(digits, _COLLEAGUE))

    def forger(self, dice: random.Random) -> None:
        """Somebody who knows a ticket's address writes in its customer's name; it comes twice."""
        if not self.number:
            return
        name = f"forged {next(_FORMS)}"
        self.forged.append(name)
        self.goes_to[name] = self._any(dice).number
        taken = self.desk.mail(self._mail(name), name, passes_dmarc=False)
        assert self.desk.mail(self._mail(name), name, passes_dmarc=False) == taken

    def wish(self, dice: random.Random) -> None:
        """Asks for the review that a page offers, twice; at times the page is old.

        A review that is being made is decided first, and the customer is told.
        """
        if not self.number:
            return
        if self.thread.clocks.state in TIERS:
            for told in (Verb.HAND_BACK, Verb.REPLY):
                self._acts(LEAD, told, self.number, self.thread.ticket.entries)
        verb = next_appeal(self.thread) if dice.random() < 0.8 else dice.choice(sorted(APPEALS))
        form = f"wish {next(_FORMS)}"
        for _ in range(2 if verb else 0):
            self.wished.append(form)
            sent = Sent(form, form, "en")
            after = self.desk.tickets.appeal(_MEI, self.number, verb or Verb.APPEAL, sent)
            assert after.messages[-1].entry.verb not in APPEALS or _waiting(after)

    def agent(self, dice: random.Random, member: Member = AGENT) -> None:
        """One of the verbs that their page offers; at times the page is old."""
        if not self.number:
            return
        typed = self._any(dice, TicketState.REPLIED).number
        thread = self.desk.tickets.thread(_MEI, typed)
        verbs = verbs_for(member, thread.clocks.state)
        if dice.random() < 0.2 or not verbs:
            self.desk.staff.claim(member, typed, wanted=dice.random() < 0.5)
            return
        old = dice.random() < 0.1 and thread.ticket.entries > 1
        number = typed if dice.random() < 0.1 else thread.ticket.number
        rare = [verb for verb in verbs if verb is Verb.NO_ACTION and dice.random() < 0.9]
        self._acts(member, dice.choice(rare or verbs), number, thread.ticket.entries - old)

    def _acts(self, member: Member, verb: Verb, number: str, entries: int) -> None:
        form = f"answer {next(_FORMS)}"
        self.answered.append(form)
        done = Done(verb, entries, form, form)
        self.desk.staff.act(member, number, done)
        self.desk.staff.act(member, number, done)

    def _any(self, dice: random.Random, rare: TicketState | None = None) -> Ticket:
        """One of the tickets; rather one of that state, in which few are."""
        tickets = self.tickets
        of_state = [each for each in tickets if each.state is rare and dice.random() < 0.7]
        return dice.choice(of_state or tickets)

    def lead(self, dice: random.Random) -> None:
        self.agent(dice, LEAD)

    def work(self, _: random.Random | None = None) -> None:
        """The worker takes what is on the bus, some of it twice, and what is due."""
        for entry in self.entries():
            if entry.entry_type in {"ticket.opened", "ticket.reopened"}:
                if entry.entry_id not in self.worked:
                    self.desk.keeping.follow(entry.subject, actor=DESK_WORKER)
                self.worked.add(entry.entry_id)
        due = [timer for timer in self.desk.timers() if timer.due_at <= self.desk.clock()]
        for timer in due:
            self.desk.keeping.look(timer.subject, timer.due_at, actor=DESK_WORKER)
        if due:
            due_store(DueConfig(self.desk.tables["DueTable"])).remove(due)

    def entries(self) -> list[Entry]:
        return self.desk.entries()

    def _mail(self, words: str) -> bytes:
        name = f"<{words.replace(' ', '-')}@mail.example.com>"
        to = self.desk.address(self.goes_to[words])
        return raw_mail(words, to=to, message_id=name, **{"from": EMAIL})

    def _brings(self, number: str, *, is_mail: bool = False) -> None:
        form = f"{'mail' if is_mail else 'form'} {next(_FORMS)}"
        self.goes_to[form] = number
        if is_mail:
            self.mailed[form] = self.desk.clock()
        self.sent.append(form)
        self._send(form)

    def _send(self, form: str) -> None:
        if form in self.mailed:
            self.desk.mail(self._mail(form), form, at=self.mailed[form])
            return
        sent = Sent(form, form, "en")
        if number := self.goes_to[form]:
            thread = self.desk.tickets.write(_MEI, number, sent)
        elif form != self.sent[0] and self.number:
            thread = self.desk.tickets.ask(_MEI, About(Topic.ORDER, NUMBER), sent)
        else:
            thread = self.desk.tickets.ask(_MEI, self.about, sent)
        self.number = self.number or thread.ticket.number

    def _disturbed(self, dice: random.Random, act: Callable[[random.Random], None]) -> None:
        fault = dice.choice([None, None, *Fault, Fault.RACED, Fault.RACED])
        if fault is None:
            with suppress(AftercareError):
                act(dice)
            return
        acts: list[Callable[[random.Random], None]] = [
            self.customer,
            self.agent,
            self.lead,
            self.wish,
            self.merge,
        ]
        rival = dice.choice([*acts, self.work])

        def rivals() -> None:
            with suppress(AftercareError):
                rival(dice)

        plan = Plan(fault, dice.randint(1, 6 if fault is Fault.RACED else 2), rivals)
        with suppress(*ENDED), self.saboteur.during(plan):
            act(dice)
        self.met[f"{fault.name} struck"] += plan.struck


def new_ticket_world(desk: ServiceDesk, saboteur: Saboteur, name: str) -> TicketWorld:
    """A customer who is about to write of a return for the first time."""
    return TicketWorld(desk, saboteur, About(Topic.RETURN, NUMBER, f"ret_{name}"))


def _answers_nobody(thread: Thread) -> None:
    """Who waited for an answer waits for it after a hand-over, too."""
    *before, last = (each.entry for each in thread.messages)
    if before and last.verb is Verb.HAND_OVER:
        clocks = fold(before, terms_of(thread.ticket))
        assert _waiting(thread) == _waiting(thread._replace(clocks=clocks))


def _waiting(thread: Thread) -> list[datetime]:
    """Since when a message waits for an answer."""
    clocks = thread.clocks
    return [each.since for each in (clocks.first_response, *clocks.responses) if each.is_open]
