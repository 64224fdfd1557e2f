"""The view model of a ticket's page."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from aftercare.desk.agents import SILENT, is_told, verbs_for
from aftercare.desk.macros import fitting
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.queues import queue_of
from aftercare.desk.ticket import MOST_WORDS, Claim, Thread, Ticket
from aftercare.orders.model import Order
from aftercare.staff.model import Member
from aftercare.words.model import LANGUAGES, language_of
from aftercare.words.service import Words
from console.moments import span
from console.queue.rows import Chip
from console.tickets import names
from console.tickets.clocks import clock_rows, reopened
from console.tickets.listing import Due, due, queue_in
from console.tickets.merging import merged, others
from console.tickets.pictures import Shown as Pictures
from console.tickets.talk import Reader, talk

ANSWER, INTERNAL = "answer", "inside"
"""The two forms of a page: what the customer reads, and what staff read."""


class Head(NamedTuple):
    """What identifies the ticket, and how it stands."""

    id: str
    number: str
    topic: str
    state: Chip
    due: Due | None
    entries: int
    tag: str
    language: str


class Taking(NamedTuple):
    """Who works on it, and the button that changes it."""

    words: str
    wanted: str
    button: str


class Fact(NamedTuple):
    """One fact about the ticket; some lead somewhere."""

    name: str
    text: str
    href: str = ""


class Bought(NamedTuple):
    """One line of the order."""

    name: str
    sku: str
    units: int
    price: str


class Button(NamedTuple):
    """A verb, and what its button says."""

    verb: str
    text: str


class Forms(NamedTuple):
    """What the reader may do to the ticket: with words to the customer or to staff, or without."""

    answer: list[Button]
    inside: list[Button]
    silent: list[Button]
    most: int
    sent_as: str


class Shown(NamedTuple):
    """Everything that a page of a ticket rests on."""

    thread: Thread
    earlier: tuple[Ticket, ...]
    order: Order | None
    pictures: Pictures


def ticket_page(
    shown: Shown, member: Member, reader: Reader, w: Words, *, sent_as: str, last: int = 0
) -> dict[str, object]:
    """Everything that ticket.html shows."""
    thread = shown.thread
    ticket, verbs = thread.ticket, verbs_for(member, thread.clocks.state)
    return {
        "ticket": _head(thread, reader),
        "taking": _taking(ticket, reader) if Verb.NOTE in verbs else None,
        "talk": talk(thread, reader, last, pictures=shown.pictures),
        "last": last,
        "clocks": clock_rows(thread, reader.now),
        "reopened": reopened(thread.clocks),
        "facts": [fact for fact in _facts(ticket) if fact.text],
        "return_href": f"/cases/{thread.return_id}" if thread.return_id else "",
        "order_number": ticket.shown_order,
        "bought": bought(shown.order, w),
        "earlier": others(shown.earlier, thread, reader),
        "merged": merged(thread, reader),
        "forms": _forms(thread.clocks.state, verbs, sent_as),
        "macros": [(macro.macro_id, macro.name) for macro in fitting(ticket)],
        "next_href": _next_href(thread),
    }


def with_macro(words: str, text: str) -> str:
    """What was typed, with a macro's text behind it."""
    return "\n\n".join(part for part in (words.strip(), text) if part)


def orphan(typed: Mapping[str, str], forms: object) -> str:
    """The words that were typed into a form that the page has no more."""
    is_gone = typed.get("form") == ANSWER and isinstance(forms, Forms) and not forms.answer
    return typed.get("words", "").strip() if is_gone else ""


def _head(thread: Thread, reader: Reader) -> Head:
    ticket = thread.ticket
    tag = language_of(ticket.language)
    return Head(
        id=ticket.ticket_id,
        number=ticket.number,
        topic=names.named(names.TOPICS, ticket.topic),
        state=Chip(*names.state(thread.clocks.state)),
        due=due(thread.clocks.due, reader.now),
        entries=ticket.entries,
        tag=tag,
        language=LANGUAGES[tag].name,
    )


def _taking(ticket: Ticket, reader: Reader) -> Taking:
    claim = ticket.claim_at(reader.now)
    if claim is None:
        return Taking("Nobody is at it", "yes", "Take it")
    if claim.by == reader.me:
        return Taking(f"Yours for {_left(claim, reader)}", "no", "Let it go")
    return Taking(f"{claim.name} is at it, {_left(claim, reader)} left", "yes", "Take it over")


def _left(claim: Claim, reader: Reader) -> str:
    return span(claim.until - reader.now)


def _facts(ticket: Ticket) -> Iterable[Fact]:
    yield Fact("E-mail", ticket.email or _without_mailbox(ticket))
    yield Fact("Customer reads", LANGUAGES[language_of(ticket.language)].name)
    yield Fact("Market", ticket.market)
    yield Fact("Came by", names.named(names.CHANNELS, ticket.channel))
    yield Fact("Proved", ", ".join(names.PROOFS[each.proof] for each in ticket.proofs))
    yield Fact("Handed over at", ticket.counter.store if ticket.counter else "")
    if ticket.partner:
        yield Fact("Brought by", f"{ticket.partner}, which reads the answers to what it brings")
    if ticket.receipt and not ticket.order_number:
        yield Fact("Receipt shown", f"{ticket.receipt}, which another mailbox or none bought")
    yield Fact("Order it names", ticket.named_order)
    yield Fact("Targets", names.LANES[ticket.lane])
    yield Fact("Follows", ticket.follows, f"/tickets/{ticket.follows}")


def _without_mailbox(ticket: Ticket) -> str:
    """Of who began at a counter and has none: nothing that is written reaches them by mail."""
    return "None: they ask at a counter" if ticket.email_key else ""


def bought(order: Order | None, w: Words) -> list[Bought]:
    """The lines of an order."""
    if order is None:
        return []
    currency = order.purchase.currency if order.purchase else ""
    return [
        Bought(
            line.name,
            line.sku,
            line.quantity,
            w.money(line.unit_price, currency) if currency else "",
        )
        for line in order.lines
    ]


def _forms(state: TicketState, verbs: tuple[Verb, ...], sent_as: str) -> Forms:
    offered = [verb for verb in names.OFFERS if verb in verbs]
    spoken = [verb for verb in offered if verb not in SILENT]
    return Forms(
        answer=_buttons(verb for verb in spoken if is_told(state, verb)),
        inside=_buttons(verb for verb in spoken if not is_told(state, verb)),
        silent=_buttons(verb for verb in offered if verb in SILENT),
        most=MOST_WORDS,
        sent_as=sent_as,
    )


def _buttons(verbs: Iterable[Verb]) -> list[Button]:
    return [Button(verb, names.OFFERS[verb].button) for verb in verbs]


def _next_href(thread: Thread) -> str:
    """To the next ticket of the queue that this one is in, or of the agents'."""
    queue = queue_of(thread.clocks.state) or queue_in("")
    wanted = urlencode({"queue": queue, "but": thread.ticket.number})
    return f"/queue/tickets/next?{wanted}"
