"""The view model of a case that was handed over to a counter."""

from collections.abc import Iterable
from typing import NamedTuple

from aftercare.desk.agents import SILENT, is_told
from aftercare.desk.moves import Verb
from aftercare.desk.redeeming import asks_nothing, is_for_counters
from aftercare.desk.ticket import MOST_WORDS, Proof, Proved, Thread
from aftercare.orders.model import Order
from aftercare.returns.case_file import CaseFile
from aftercare.returns.model import Return
from aftercare.words.model import LANGUAGES, language_of
from aftercare.words.service import Words
from aftercare.words.service import words as words_of
from console import words
from console.cases.evidence import Address, pieces
from console.cases.lines import Reading, left_out, line_cards
from console.moments import Moment, moment, span
from console.queue.rows import Chip
from console.tickets import names
from console.tickets.pages import Bought, Button, bought
from console.tickets.pictures import Shown as Pictures
from console.tickets.talk import Reader, talk


class Seen(NamedTuple):
    """Everything that the page rests on; `verbs` is what may be done to the case."""

    thread: Thread
    file: CaseFile | None
    order: Order | None
    verbs: tuple[Verb, ...]
    pictures: Pictures


class Head(NamedTuple):
    """What identifies the case, where it is, and for how long."""

    number: str
    topic: str
    state: Chip
    store: str
    left: str
    entries: int
    language: str
    tag: str


class Shown(NamedTuple):
    """One proof of the customer."""

    what: str
    where: str
    at: Moment


class Decided(NamedTuple):
    """How the return stands. Its lines say what was decided on each."""

    ticket: str
    id: str
    language: str
    status: Chip


class Forms(NamedTuple):
    """What may be done: with words to the customer, with words to staff, or without."""

    answer: list[Button]
    inside: list[Button]
    silent: list[Button]
    most: int


def counter_page(seen: Seen, reader: Reader, w: Words, address: Address) -> dict[str, object]:
    """Everything that counter.html shows."""
    thread, file = seen.thread, seen.file
    ticket = thread.ticket
    return {
        "ticket": _head(thread, reader),
        "proofs": [
            _shown(each, reader) for each in ticket.proofs if each.proof is not Proof.UNCONFIRMED
        ],
        "nothing_to_ask": asks_nothing(ticket),
        "talk": talk(thread, reader, is_shown=is_for_counters, pictures=seen.pictures),
        "order_number": ticket.shown_order,
        "named_order": ticket.named_order,
        "has_mailbox": bool(ticket.email),
        "bought": _bought(seen, w),
        "forms": _forms(seen),
        **_return(file, reader, w, address),
    }


def _return(file: CaseFile | None, reader: Reader, w: Words, address: Address) -> dict[str, object]:
    if file is None:
        return {"case": None}
    ret = file.ret
    customer = words_of(language_of(ret.language), typeset=True)
    reading = Reading(w=w, customer=customer, me=reader.me, names=reader.names, now=reader.now)
    return {
        "case": _decided(ret),
        "can": {"returns.read_evidence"},
        "can_ask": False,
        "can_decide": False,
        "pieces": pieces(file.evidence, (), address),
        "lines": line_cards(reading, ret.lines, file.order),
        "left_out": left_out(ret.left_out),
    }


def _decided(ret: Return) -> Decided:
    status = Chip(*words.status(ret.status))
    return Decided(ret.ticket or ret.return_id, ret.return_id, language_of(ret.language), status)


def _head(thread: Thread, reader: Reader) -> Head:
    ticket = thread.ticket
    tag, counter = language_of(ticket.language), ticket.counter
    return Head(
        number=ticket.number,
        topic=names.named(names.TOPICS, ticket.topic),
        state=Chip(*names.state(thread.clocks.state)),
        store=counter.store if counter else "",
        left=span(counter.until - reader.now) if counter else "",
        entries=ticket.entries,
        language=LANGUAGES[tag].name,
        tag=tag,
    )


def _shown(proved: Proved, reader: Reader) -> Shown:
    where = names.named(names.CHANNELS, proved.channel)
    return Shown(names.PROOFS[proved.proof], where, moment(proved.at, reader.now))


def _bought(seen: Seen, w: Words) -> list[Bought]:
    return [] if seen.file else bought(seen.order, w)


def _forms(seen: Seen) -> Forms:
    state = seen.thread.clocks.state
    spoken = [verb for verb in seen.verbs if verb not in SILENT]
    return Forms(
        answer=_buttons(verb for verb in spoken if is_told(state, verb)),
        inside=_buttons(verb for verb in spoken if not is_told(state, verb)),
        silent=_buttons(verb for verb in seen.verbs if verb in SILENT),
        most=MOST_WORDS,
    )


def _buttons(verbs: Iterable[Verb]) -> list[Button]:
    return [Button(verb, names.OFFERS[verb].button) for verb in verbs]
