"""Conversations of a customer with the desk, in every standing that the portal shows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aftercare.desk.agents import Done, TicketDesk
from aftercare.desk.keeping import TicketKeeping
from aftercare.desk.moves import Verb
from aftercare.desk.partners import Bringing, PartnerService, Taken
from aftercare.desk.service import About, Sent, TicketService
from aftercare.desk.ticket import Thread, Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wiring import (
    TicketsConfig,
    partner_service,
    ticket_desk,
    ticket_keeping,
    ticket_service,
)
from aftercare.kernel.actor import system
from aftercare.kernel.requests import RequestKey
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.model import email_key_of
from aftercare.orders.wiring import OrdersConfig, order_service
from portal import rooms
from tests.fakes.codes import key_named
from tests.fakes.house import SetClock
from tests.fakes.reviews import AGENT, Trail
from tests.fakes.wechat import NAME, OPENID

KEEPER = system("desk_worker")
ASKED = "The box was open when it came, and the hare's left ear is missing."
ANSWERED = "I'm so sorry about the ear. We have sent you a new one today."


@dataclass
class Talks:
    """The desk as its customers and its staff use it, on a clock of its own."""

    clock: SetClock
    tickets: TicketService
    staff: TicketDesk
    keeping: TicketKeeping
    partners: PartnerService

    def asked(self, email: str, about: About | None = None, words: str = ASKED) -> Thread:
        about = about or About(Topic.PRODUCT)
        return self.tickets.ask(email_key_of(email), about, self._sent(words))

    def wrote(self, email: str, number: str, words: str) -> Thread:
        return self.tickets.write(email_key_of(email), number, self._sent(words))

    def passed_on(self, email: str, order_number: str = "", words: str = ASKED) -> Taken:
        """What a partner's system brings."""
        what = Bringing(email, Topic.PRODUCT, words, "en", order_number)
        return self.partners.open(what, RequestKey("ac_seller0001", _new_form(), "d"))

    def did(self, number: str, verb: Verb, words: str = ANSWERED) -> Thread:
        seen = self.staff.open_ticket(AGENT, number)
        done = Done(verb, seen.ticket.entries, words, _new_form())
        return self.staff.act(AGENT, number, done)

    def kept(self, thread: Thread) -> None:
        """What the worker does with a new ticket: it says that the message came."""
        self.keeping.follow(thread.ticket.ticket_id, actor=KEEPER)

    def closed(self, number: str) -> None:
        """The same once nobody wrote for long after the resolution."""
        thread = self.did(number, Verb.RESOLVE)
        self.clock.forward(days=15)
        self.keeping.look(thread.ticket.ticket_id, actor=KEEPER)
        self.clock.forward(days=-15)

    def _sent(self, words: str) -> Sent:
        return Sent(words, _new_form(), "en")


def invited() -> str:
    """The path of a link that WeChat shows to somebody who wrote."""
    received = Received(Kind.MESSAGE, OPENID, NAME, _new_form(), "耳朵掉了。")
    token = rooms.wechat().take(received, _new_form(), "zh-Hans").token
    return f"/messages/wechat/{token}"


def _new_form() -> str:
    """The token of a form that nobody has sent before."""
    return secrets.token_hex(8)


def talks_on(tables: Mapping[str, str]) -> Talks:
    """The desk on these tables, at this hour."""
    clock = SetClock(datetime.now(UTC))
    config = TicketsConfig(tables["TicketsTable"], tables["DueTable"])
    orders = order_service(OrdersConfig(tables["OrdersTable"]), clock=clock)
    members = member_service(MembersConfig(tables["MembersTable"]), clock=clock)
    return Talks(
        clock,
        ticket_service(config, orders, members, clock=clock),
        ticket_desk(config, Trail(), clock=clock),
        ticket_keeping(config, key_named, clock=clock),
        partner_service(config, orders, clock=clock),
    )


def talking(tables: Mapping[str, str], email: str, order: str) -> dict[str, str]:
    """Numbers of conversations by how they stand."""
    talks = talks_on(tables)
    talks.clock.forward(days=-12)
    late = talks.asked(email, About(Topic.SITE))
    talks.clock.forward(days=10)
    named = {"late": late} | {
        name: talks.asked(email, about)
        for name, about in {
            "just sent": About(Topic.DELIVERY, order),
            "answered": About(Topic.PRODUCT, order),
            "asked back": About(Topic.CODE),
            "with specialists": About(Topic.OTHER),
            "solved": About(Topic.RETURN, order),
            "closed": About(Topic.POINTS),
        }.items()
    }
    for thread in named.values():
        talks.kept(thread)
    numbers = {name: thread.ticket.number for name, thread in named.items()}
    talks.clock.forward(hours=3)
    talks.did(numbers["answered"], Verb.REPLY)
    talks.wrote(email, numbers["answered"], "Thank you!\nWhen will it be here?")
    talks.did(numbers["asked back"], Verb.ASK, "Which code is under the label?")
    talks.did(numbers["with specialists"], Verb.NOTE, "A note that no customer sees.")
    talks.did(numbers["with specialists"], Verb.REPLY, "We look into it.")
    talks.did(numbers["with specialists"], Verb.ESCALATE, "Two of them this week.")
    talks.did(numbers["solved"], Verb.RESOLVE)
    talks.closed(numbers["closed"])
    talks.clock.forward(hours=40)
    followed = talks.wrote(email, numbers["closed"], "It happened again.")
    return {**numbers, "followed": followed.ticket.number}
