"""View models of a ticket's thread: what was said and done, in one line of time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import escape

from aftercare.desk.mailed import Envelope
from aftercare.desk.model import TicketEntry
from aftercare.desk.moves import Party, Verb, party_of
from aftercare.desk.ticket import Message
from aftercare.kernel.actor import Actor
from console import words
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
    """

    number: int
    kind: str
    what: str
    who: str
    at: Moment
    words: str
    files: str = ""


class Talk(NamedTuple):
    """Some entries, oldest first; `before` is the last of those that are left out, 0 if none is."""

    items: list[Item]
    before: int


class Reader(NamedTuple):
    """Who reads the page, the names of colleagues, and now."""

    me: Actor
    names: Mapping[str, str]
    now: datetime


def talk(messages: Sequence[Message], reader: Reader, last: int = 0) -> Talk:
    """The entries up to that number, or the newest, as many as a page shows."""
    shown = [each for each in messages if not last or each.entry.number <= last]
    kept, room = list[Message](), _MOST_BYTES
    for message in reversed(shown[-_MOST_ENTRIES:]):
        room -= len(str(escape(message.words)).encode(errors="replace"))
        if kept and room < 0:
            break
        kept.append(message)
    left_out = shown[len(shown) - len(kept) - 1].entry.number if len(kept) < len(shown) else 0
    return Talk(items(reversed(kept), reader), left_out)


def items(messages: Iterable[Message], reader: Reader) -> list[Item]:
    """Each entry as the page shows it, in their order."""
    return [
        Item(
            number=message.entry.number,
            kind=_kind(message),
            what=_what(message),
            who=_who(message, reader),
            at=moment(message.entry.at, reader.now),
            words=message.words,
            files=files(message.envelope) if message.envelope else "",
        )
        for message in messages
    ]


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
    """What was done; of a hand-over, where."""
    what = names.named(names.HAPPENED, message.entry.verb)
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
    """A store's or a seller's system passes on what the customer says."""
    return party_of(entry.actor) in {Party.CUSTOMER, Party.CLIENT}
