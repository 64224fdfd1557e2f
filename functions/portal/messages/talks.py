"""View models of conversations: the list of them, one of them, and what is new in it."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.desk.clock import Clock, hours_of
from aftercare.desk.model import TicketEntry
from aftercare.desk.moves import Party, TicketState, Verb, party_of
from aftercare.desk.pictures import Sent
from aftercare.desk.silence import silence_of
from aftercare.desk.steps import closes_at
from aftercare.desk.ticket import Placed, Proof, Thread, Ticket
from aftercare.kernel.clock import local_day, utc_now
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import Order
from aftercare.returns.zones import zone_of_order
from aftercare.words.service import Words
from portal import rooms
from portal.edge import Visit
from portal.messages.appeals import Appeal, appeal_of
from portal.messages.pictures import photos
from portal.site.photos import Photo

_S = TicketState
_WITH_SPECIALISTS = frozenset({_S.TIER2_QA, _S.LEGAL})
# Where nobody of ours is to answer next.
_NOT_OURS = frozenset({_S.WAITING_CUSTOMER, _S.RESOLVED, _S.CLOSED})

_BY: Mapping[str, str] = {Party.CUSTOMER: "you", Party.CLIENT: "partner"}


class Row(NamedTuple):
    """A conversation in the list."""

    number: str
    topic: str
    state: str
    state_words: str
    day: str


class Said(NamedTuple):
    """One thing that was said: by the customer, by us, or by a machine of ours.

    `photos` came with it.
    """

    by: str
    who: str
    words: str
    when: str
    when_iso: str
    photos: list[Photo]


class Standing(NamedTuple):
    """How a conversation stands, and what that means for the customer."""

    state: str
    title: str
    means: list[str]


class Talk(NamedTuple):
    """A conversation on its own page. `sequence` is how much of it the page shows.

    `follows` is the number of the closed one that it goes on from, `following` of the one that goes
    on from it; `asked_for` is the number of one that was merged into it, if that was asked for.
    `mark` changes when tickets become one or two, and with each verdict on a picture: what a page
    shows may then be anywhere in it, and `is_whole` says that all of it is there.
    """

    number: str
    topic: str
    language: str
    order: str
    return_id: str
    follows: str
    following: str
    asked_for: str
    is_confirmed: bool
    standing: Standing
    said: list[Said]
    sequence: int
    mark: str
    is_whole: bool
    appeal: Appeal | None
    takes_pictures: bool


class Shown(NamedTuple):
    """The pictures of a conversation, and the beginning of their addresses."""

    base: str
    sent: Sent


_NOTHING = Shown("", {})


def rows(w: Words, tickets: Iterable[Ticket]) -> list[Row]:
    return [
        Row(
            ticket.number,
            w.text(f"messages.topic.{ticket.topic}"),
            ticket.state,
            w.text(f"messages.state.{ticket.state}"),
            w.day(local_day(ticket.opened_at, _zone_of_desk(ticket))),
        )
        for ticket in tickets
    ]


def opened(visit: Visit, number: str) -> Talk:
    """The customer's conversation of that number.

    Raises:
        TicketNotFoundError: None, or another customer's.
    """
    thread = _thread(visit, number)
    found = _talk(visit, thread, _shown(visit, thread))
    following = rooms.tickets().following(thread.ticket)
    return found._replace(following=following, asked_for=number if number != found.number else "")


def news(visit: Visit, number: str, seen: int, state: str, mark: str) -> Talk | None:
    """What came after the first `seen` things; none if there is nothing and the state is the same.

    All of it, if tickets became one or two since the page was shown, or pictures were judged.

    Raises:
        TicketNotFoundError: None, or another customer's.
    """
    thread = _thread(visit, number)
    shown = _shown(visit, thread)
    is_whole = bool(mark) and mark != _mark(thread, shown)
    if len(thread.public) <= seen and thread.clocks.state == state and not is_whole:
        return None
    found = _talk(visit, thread, shown)
    return found._replace(is_whole=is_whole, said=found.said if is_whole else found.said[seen:])


def _shown(visit: Visit, thread: Thread) -> Shown:
    return Shown(visit.request.base, rooms.message_pictures().of(thread))


def _talk(visit: Visit, thread: Thread, shown: Shown) -> Talk:
    zone = _zone(visit, thread.ticket)
    takes = rooms.message_pictures().taking(thread) is not None
    return talk(visit.words, thread, zone, utc_now(), shown)._replace(takes_pictures=takes)


def talk(w: Words, thread: Thread, zone: ZoneInfo, now: datetime, shown: Shown = _NOTHING) -> Talk:
    """What the customer may see of a thread, in words, on their own clock (R-DSK-50)."""
    ticket = thread.ticket
    line = [placed for placed in thread.line if placed.message.entry.is_public]
    said = [_said(w, thread, placed, zone, shown) for placed in line]
    return Talk(
        number=ticket.number,
        topic=w.text(f"messages.topic.{ticket.topic}"),
        language=ticket.language,
        order=ticket.order_number,
        return_id=thread.return_id,
        follows=ticket.follows,
        following="",
        asked_for="",
        is_confirmed=ticket.proof is not Proof.UNCONFIRMED,
        standing=standing(w, thread, zone, now),
        said=said,
        sequence=len(said),
        mark=_mark(thread, shown),
        is_whole=False,
        appeal=appeal_of(w, thread),
        takes_pictures=False,
    )


def _mark(thread: Thread, shown: Shown) -> str:
    """The same until a ticket becomes one with this or parts with it, or a picture changes."""
    joints = sum(each.joint is not None for each in thread.messages)
    slots = [slot for slots in shown.sent.values() for slot in slots]
    pictures = " ".join(sorted(f"{each.evidence_id}{each.state}" for each in slots))
    return f"{thread.ticket.number}.{joints}.{zlib.crc32(pictures.encode()):x}"


def standing(w: Words, thread: Thread, zone: ZoneInfo, now: datetime) -> Standing:
    state = thread.clocks.state
    answer = "" if state in _NOT_OURS else _answer_by(w, thread, zone, now)
    means = filter(None, [_means(w, thread, zone), _reviewed_by(w, thread, zone, now), answer])
    return Standing(state, w.text(f"messages.state.{state}"), [*means])


def _means(w: Words, thread: Thread, zone: ZoneInfo) -> str:
    state = thread.clocks.state
    if state in _WITH_SPECIALISTS:
        return w.text("messages.means.specialists")
    if state is _S.RESOLVED and (until := closes_at(thread)):
        return w.text("messages.means.resolved", moment=w.moment(until, zone=zone))
    if (silence := silence_of(thread)) and silence.verb is Verb.RESOLVE:
        return w.text("messages.means.silence", moment=w.moment(silence.at, zone=zone))
    if state in {_S.WAITING_CUSTOMER, _S.WAITING_THIRD, _S.CLOSED}:
        return w.text(f"messages.means.{state}")
    return "" if _awaited(thread) else w.text("messages.means.open")


def _reviewed_by(w: Words, thread: Thread, zone: ZoneInfo, now: datetime) -> str:
    """Until when a review is made, as long as that can be kept."""
    review = next((clock for clock in thread.clocks.reviews if clock.is_open), None)
    if review is None or review.due is None or review.due < now:
        return ""
    return w.text("messages.means.reviewed", moment=w.moment(review.due, zone=zone))


def _answer_by(w: Words, thread: Thread, zone: ZoneInfo, now: datetime) -> str:
    """Until when somebody answers, if the customer waits for that."""
    clock = _awaited(thread)
    if clock is None or clock.due is None:
        return ""
    if clock.due < now:
        return w.text("messages.means.late")
    return w.text("messages.means.until", moment=w.moment(clock.due, zone=zone))


def _awaited(thread: Thread) -> Clock | None:
    """The clock of the answer that the customer waits for."""
    clocks = (thread.clocks.first_response, thread.clocks.next_response)
    return next((clock for clock in clocks if clock and clock.is_open), None)


def _said(w: Words, thread: Thread, placed: Placed, zone: ZoneInfo, shown: Shown) -> Said:
    """A message with who said it; what has no words is told in ours."""
    message, number = placed.message, thread.ticket.number
    entry, words = message.entry, message.words
    when, iso = w.moment(entry.at, "short", zone), entry.at.isoformat()
    if entry.verb is Verb.HAND_OVER:
        return Said("machine", "", w.text("hand_over.told", store=words), when, iso, [])
    by = _by(entry) if words else "machine"
    slots = shown.sent.get((placed.number, entry.number), ())
    numbers = {"number": number, "other": message.joint and message.joint.number}
    return Said(
        by=by,
        who="" if by == "machine" else w.text(f"messages.by.{by}"),
        words=words or w.text(f"messages.event.{entry.verb}", **numbers),
        when=when,
        when_iso=iso,
        photos=photos(w, shown.base, number, slots),
    )


def _by(entry: TicketEntry) -> str:
    """Whose words they are; stores and sellers pass on what the customer says."""
    if entry.verb is Verb.OPEN and party_of(entry.actor) == Party.STAFF:
        return _BY[Party.CLIENT]
    return _BY.get(party_of(entry.actor), "us")


def _thread(visit: Visit, number: str) -> Thread:
    return rooms.tickets().thread(visit.session.writer_key, number)


def _zone(visit: Visit, ticket: Ticket) -> ZoneInfo:
    """The customer's zone, by where the order went, or else the newest one (R-CAL-01)."""
    return zone_there(visit, ticket.order_number, ticket.market)


def zone_there(visit: Visit, order_number: str, market: str = "") -> ZoneInfo:
    """The zone where that order went, or else the newest one; else that of the market's desk."""
    order = _order(visit, order_number)
    return zone_of_order(order) if order else hours_of(market).staffed.zone


def _order(visit: Visit, number: str) -> Order | None:
    key = visit.session.writer_key
    try:
        bought = [rooms.orders().owned(number, key)] if number else rooms.orders().of_customer(key)
    except OrderNotFoundError:
        return None
    return next((each for each in bought if each.purchase), None)


def _zone_of_desk(ticket: Ticket) -> ZoneInfo:
    """The clock of those who answer: all that is known of members who bought nothing."""
    return hours_of(ticket.market).staffed.zone
