"""What the console calls the things of the service desk."""

from collections.abc import Mapping
from typing import NamedTuple

from aftercare.desk.clock import ClockState
from aftercare.desk.model import Channel, Lane, Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.targets import Counting, Measure
from aftercare.desk.ticket import Proof, Topic

QUEUES: Mapping[Queue, str] = {
    Queue.AGENTS: "Agents",
    Queue.CUSTOMERS: "Customers",
    Queue.THIRD_PARTIES: "Third parties",
    Queue.QA: "QA",
    Queue.LEGAL: "Legal",
}
"""For whom the tickets of a queue wait."""

STATES: Mapping[str, tuple[str, str]] = {
    TicketState.NEW: ("New", "warn"),
    TicketState.OPEN: ("Open", "warn"),
    TicketState.WAITING_CUSTOMER: ("Waits for the customer", "note"),
    TicketState.WAITING_THIRD: ("Waits for a third party", "note"),
    TicketState.TIER2_QA: ("With QA", "note"),
    TicketState.LEGAL: ("With legal", "note"),
    TicketState.RESOLVED: ("Resolved", "good"),
    TicketState.REPLIED: ("Customer wrote again", "warn"),
    TicketState.CLOSED: ("Closed", ""),
    TicketState.MERGED: ("Merged", ""),
}
"""State → its name and tone."""

TOPICS: Mapping[str, str] = {
    Topic.ORDER: "Order",
    Topic.DELIVERY: "Delivery",
    Topic.PRODUCT: "Product",
    Topic.RETURN: "Return",
    Topic.POINTS: "Points",
    Topic.CODE: "Code",
    Topic.SITE: "Website",
    Topic.OTHER: "Something else",
}

CHANNELS: Mapping[str, str] = {
    Channel.WEB: "Website",
    Channel.CHAT: "Chat",
    Channel.MAIL: "E-mail",
    Channel.WECHAT: "WeChat",
    Channel.COUNTER: "Counter",
    Channel.PARTNER: "Partner",
}

PROOFS: Mapping[Proof, str] = {
    Proof.ORDER_AND_MAILBOX: "Order and mailbox",
    Proof.MAILBOX: "Mailbox",
    Proof.PARTNER: "Order and mailbox, by a partner's word",
    Proof.WECHAT: "WeChat, bound to the mailbox",
    Proof.UNCONFIRMED: "Nothing: unconfirmed",
    Proof.RECEIPT: "Receipt of a store",
    Proof.HAND_OVER: "Hand-over code",
}

LANES: Mapping[Lane, str] = {Lane.STANDARD: "Standard", Lane.CROSS_BORDER: "Across a border"}

CLOCKS: Mapping[Measure, str] = {
    Measure.ACKNOWLEDGEMENT: "Acknowledgement",
    Measure.FIRST_RESPONSE: "First response",
    Measure.NEXT_RESPONSE: "Next response",
    Measure.RESOLUTION: "Resolution",
    Measure.TIER2_QA: "Review by QA",
    Measure.LEGAL: "Review by legal",
}

CLOCK_STATES: Mapping[ClockState, tuple[str, str]] = {
    ClockState.RUNNING: ("Running", "note"),
    ClockState.PAUSED: ("Paused", ""),
    ClockState.MET: ("Met", "good"),
    ClockState.MISSED: ("Missed", "bad"),
}
"""State of a clock → its name and tone."""

COUNTED: Mapping[Counting, str] = {
    Counting.STAFFED: "business hours",
    Counting.BUSINESS_DAYS: "business days",
    Counting.ROUND_THE_CLOCK: "every day",
}
"""In which hours a clock counts."""

HAPPENED: Mapping[str, str] = {
    Verb.OPEN: "Opened the ticket",
    Verb.WRITE: "Wrote",
    Verb.ACKNOWLEDGE: "Acknowledged",
    Verb.TAKE: "Started to work on it",
    Verb.NOTE: "Note",
    Verb.REPLY: "Answered",
    Verb.ASK: "Asked the customer",
    Verb.REMIND: "Reminded the customer",
    Verb.AWAIT_THIRD: "Waits for a third party",
    Verb.RESUME: "Resumed the work",
    Verb.ESCALATE: "Escalated to QA",
    Verb.ESCALATE_FURTHER: "Escalated to legal",
    Verb.HAND_BACK: "Handed back to the agents",
    Verb.APPEAL: "Asked for a review by QA",
    Verb.APPEAL_FURTHER: "Asked for a review by legal",
    Verb.HAND_OVER: "Took it over",
    Verb.RESOLVE: "Resolved",
    Verb.NO_ACTION: "Needs no action",
    Verb.REOPEN: "Reopened",
    Verb.CLOSE: "Closed",
    Verb.UNCONFIRMED: "Mail that is not proved to be the customer's",
    Verb.MERGE: "Merged in",
    Verb.UNMERGE: "Parted from",
    Verb.JOIN: "Merged into",
    Verb.LEAVE: "Parted from",
}
"""What an entry says that somebody did."""


class Offer(NamedTuple):
    """What a button says before its verb was done, and what the page says afterwards."""

    button: str
    done: str


OFFERS: Mapping[Verb, Offer] = {
    Verb.REPLY: Offer("Send the answer", "Sent. The customer reads it."),
    Verb.ASK: Offer("Send and wait for the customer", "Sent. It waits for the customer."),
    Verb.RESOLVE: Offer("Send and resolve", "Sent and resolved."),
    Verb.NOTE: Offer("Add the note", "Noted, for staff only."),
    Verb.AWAIT_THIRD: Offer("Wait for a third party", "It waits for a third party."),
    Verb.ESCALATE: Offer("Escalate to QA", "Escalated to QA."),
    Verb.ESCALATE_FURTHER: Offer("Escalate to legal", "Escalated to legal."),
    Verb.HAND_BACK: Offer("Hand back to the agents", "Handed back to the agents."),
    Verb.TAKE: Offer("Start to work on it", "It is open, and yours."),
    Verb.RESUME: Offer("Resume the work", "It is open again, and yours."),
    Verb.NO_ACTION: Offer("No action needed", "It stays resolved."),
    Verb.REOPEN: Offer("Reopen it", "Reopened, and yours."),
}
"""Verb of staff → its button; in the order in which a page offers them."""


MERGED: Mapping[Verb, str] = {
    Verb.MERGE: "Merged. The other number leads here from now on.",
    Verb.UNMERGE: "Parted. Each is a ticket of its own again.",
}
"""What a page says after two tickets became one, or two again."""


def done(verb: str) -> str:
    """What a page says after that verb; empty if it says nothing."""
    if verb in set(OFFERS):
        return OFFERS[Verb(verb)].done
    return MERGED[Verb(verb)] if verb in set(MERGED) else ""


def named(names: Mapping[str, str], code: str) -> str:
    """The name; what a newer version stored is named as it is stored."""
    return names.get(code) or code.replace("_", " ").capitalize()


def state(code: str) -> tuple[str, str]:
    """A state's name and tone; a newer version's is named as it is stored."""
    return STATES.get(code) or (code.replace("_", " ").capitalize(), "")
