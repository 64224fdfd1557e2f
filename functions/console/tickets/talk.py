"""View models of a ticket's thread: what was said and done, in one line of time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import escape

from aftercare.desk.mailed import Envelope
from aftercare.desk.model import TicketEntry
from aftercare.desk.moves import Party, Verb, party_of
from aftercare.desk.ticket import Message, Placed, Thread
from aftercare.kernel.actor import Actor
from console import words
from console.cases.evidence import Piece
from console.moments import Moment, moment
from console.tickets import names

# A page stays small however long a ticket gets: so many bytes of words, and so many entries.
_MOST_BYTES, _MOST_ENTRIES = 14_000, 40
CUSTOMER, DESK, INSIDE, STEP, UNPROVED = "customer", "desk", "inside", "step", "unproved"
_KILOBYTE = 1024
_MOST_FILES = 5


class Item(NamedTuple):
    """One entry: the customer's words, an answer, a note for staff, or a step without words.

    What is not proved to be the customer's is of a kind of its own; `files` are those of a mail.
    `number` is its place in the line of time, `came_to` the merged ticket that it came to, `pieces`
    are the pictures that came with it.
    """

    number: int
    kind: str
    what: str
    who: str
    at: Moment
    words: str
    files: str = ""
    came_to: str = ""
    pieces: Sequence[Piece] = ()


class Talk(NamedTuple):
    """Some entries, oldest first; `before` is the last of those that are left out, 0 if none is."""

    items: list[Item]
    before: int


class Reader(NamedTuple):
    """Who reads the page, the names of colleagues, and now."""

    me: Actor
    names: Mapping[str, str]
    now: datetime


def talk(
    thread: Thread,
    reader: Reader,
    last: int = 0,
    is_shown: Callable[[Message], bool] = lambda _: True,
    pictures: Callable[[Placed], Sequence[Piece]] = lambda _: (),
) -> Talk:
    """The entries up to that place, or the newest, as many as a page shows."""
    line = [each for each in _places(thread) if is_shown(each[1].message)]
    line = [each for each in line if not last or each[0] <= last]
    kept, room = len(line), _MOST_BYTES
    for index in reversed(range(max(0, len(line) - _MOST_ENTRIES), len(line))):
        room -= len(str(escape(line[index][1].message.words)).encode(errors="replace"))
        if kept < len(line) and room < 0:
            break
        kept = index
    items = _items(thread, line[kept:], reader, pictures)
    return Talk(items, line[kept - 1][0] if kept else 0)


def news(thread: Thread, seen: int, reader: Reader) -> Talk:
    """What happened to the ticket since a page had so many entries of it."""
    own = (each for each in _places(thread) if each[1].number == thread.ticket.number)
    return Talk(_items(thread, (e for e in own if e[1].message.entry.number > seen), reader), 0)


def _places(thread: Thread) -> Iterable[tuple[int, Placed]]:
    """The line of time, each with its place in it."""
    return enumerate(thread.line, start=1)


def _items(
    thread: Thread,
    line: Iterable[tuple[int, Placed]],
    reader: Reader,
    pictures: Callable[[Placed], Sequence[Piece]] = lambda _: (),
) -> list[Item]:
    """Each entry as the page shows it, in their order."""
    return [
        Item(
            number=place,
            kind=_kind(message),
            what=_what(message),
            who=_who(message, reader),
            at=moment(message.entry.at, reader.now),
            words=message.words,
            files=_files(message),
            came_to="" if placed.number == thread.ticket.number else placed.number,
            pieces=pictures(placed),
        )
        for place, placed in line
        for message in (placed.message,)
    ]


def _files(message: Message) -> str:
    """What came with a mail and is not shown: of a customer's message, all but its pictures."""
    if message.envelope is None:
        return ""
    if message.entry.verb is Verb.UNCONFIRMED:
        return files(message.envelope)
    return left_out(message.envelope)


def left_out(envelope: Envelope) -> str:
    """The files that are in the raw mail alone, as `files`."""
    named = enumerate(envelope.attachments)
    others = tuple(each for place, each in named if place not in envelope.pictures)
    rest = envelope._replace(files=envelope.files - len(envelope.pictures), attachments=others)
    return files(rest)


def files(envelope: Envelope) -> str:
    """What was attached to a mail: the first files by name and size, and how many more."""
    named = [
        f"{each.name} ({max(1, each.size // _KILOBYTE):,} KB)"
        for each in envelope.attachments[:_MOST_FILES]
    ]
    more = envelope.files - len(named)
    return ", ".join([*named, *([f"{more} more"] if more else [])])


def _who(message: Message, reader: Reader) -> str:
    if message.entry.verb is Verb.UNCONFIRMED and message.envelope:
        return message.envelope.sender
    return words.who(message.entry.actor, reader.me, reader.names)


def _what(message: Message) -> str:
    """What was done; of a hand-over where, of a merge with which other ticket."""
    what = names.named(names.HAPPENED, message.entry.verb)
    if message.joint:
        return f"{what} {message.joint.number}"
    is_place = message.entry.verb is Verb.HAND_OVER and message.words
    return f"{what} at {message.words}" if is_place else what


def _kind(message: Message) -> str:
    if message.entry.verb is Verb.UNCONFIRMED:
        return UNPROVED
    if not message.words or message.entry.verb is Verb.HAND_OVER:
        return STEP
    if not message.entry.is_public:
        return INSIDE
    return CUSTOMER if _is_of_customer(message.entry) else DESK


def _is_of_customer(entry: TicketEntry) -> bool:
    """A store's or a seller's system passes on what the customer says; a counter writes it down."""
    return entry.verb is Verb.OPEN or party_of(entry.actor) in {Party.CUSTOMER, Party.CLIENT}
