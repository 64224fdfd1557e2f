"""Pictures that come with a message: they follow it, and are screened as a return's are."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.desk.errors import PicturesTooLateError, TooManyPicturesError
from aftercare.desk.incoming.model import Picture
from aftercare.desk.model import TicketEntry
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.ticket import Placed, Thread
from aftercare.evidence.model import MOST_OF_TICKET, Evidence, EvidenceState
from aftercare.kernel.actor import CUSTOMER, Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import NotFoundError, RefusedError
from aftercare.kernel.ids import new_id

if TYPE_CHECKING:
    from aftercare.evidence.service import EvidenceService

MOST_OF_MESSAGE = 6
_ENDED = frozenset({TicketState.CLOSED, TicketState.MERGED})
_SAID = frozenset({Verb.OPEN, Verb.WRITE, Verb.APPEAL, Verb.APPEAL_FURTHER})

type Sent = Mapping[tuple[str, int], tuple[Evidence, ...]]
"""The pictures of each message, by the number of the ticket that it came to and of its entry."""


@dataclass(frozen=True, slots=True)
class MessagePictures:
    """A message is there before its pictures, so that no picture is ever without one.

    Whose ticket a thread is has been asked by whoever read it.
    """

    evidence: "EvidenceService"
    clock: Clock

    def of(self, thread: Thread) -> Sent:
        """The pictures of the thread's messages, and of those that were merged into it.

        One that never arrived is left out, unless it came by itself, as with a mail.
        """
        found: dict[tuple[str, int], tuple[Evidence, ...]] = {}
        for number, ticket_id in thread.ids.items():
            for slot in self.evidence.of_return(ticket_id):
                if self._is_shown(slot):
                    place = (number, slot.entry)
                    found[place] = (*found.get(place, ()), slot)
        return found

    def taking(self, thread: Thread) -> Placed | None:
        """The message to which pictures may be added now (R-DSK-95).

        It is the customer's last one, as long as somebody is to answer it: whoever answers sees
        its pictures first.
        """
        clocks = thread.clocks
        waits = any(each and each.is_open for each in (clocks.first_response, clocks.next_response))
        if not waits or clocks.state in _ENDED:
            return None
        theirs = (each for each in reversed(thread.line) if each.message.entry.actor == CUSTOMER)
        return next((each for each in theirs if each.message.entry.verb in _SAID), None)

    def open_slot(self, thread: Thread, content_type: str, *, actor: Actor) -> Evidence:
        """Opens a slot for one more picture of the message that takes them now.

        Raises:
            PhotoTypeError: A content type that is not accepted.
            PicturesTooLateError: Nobody is to answer a message of the customer's any more.
            TooManyPicturesError: The message has its 6 pictures, or the ticket its 30.
        """
        placed = self.taking(thread)
        if placed is None:
            raise PicturesTooLateError
        ticket_id, entry = thread.ids[placed.number], placed.message.entry.number
        if len(self._counted(ticket_id, entry)) >= MOST_OF_MESSAGE:
            raise TooManyPicturesError(MOST_OF_MESSAGE)
        try:
            return self.evidence.open_for_message(ticket_id, entry, content_type, actor=actor)
        except RefusedError as error:
            raise TooManyPicturesError(MOST_OF_TICKET) from error

    def attach(
        self, thread: Thread, placed: Placed, pictures: Iterable[Picture], *, actor: Actor
    ) -> None:
        """Has the pictures of a mail screened that became this message (R-DSK-98).

        Safe to repeat: the same picture of the same mail has the same place, and one that was
        judged stays so. What the ticket has no room for is left out.
        """
        ticket_id, entry = thread.ids[placed.number], placed.message.entry
        for each in pictures:
            evidence_id = _id_of(ticket_id, entry, each.place)
            with suppress(RefusedError):
                self.evidence.take_in(
                    ticket_id, entry.number, evidence_id, each.media_type, each.body, actor=actor
                )

    def one(self, thread: Thread, evidence_id: str) -> Evidence:
        """A picture of one of the thread's messages.

        Raises:
            PhotoNotFoundError: None of them has such a picture.
        """
        *others, last = thread.ids.values()
        for ticket_id in others:
            with suppress(NotFoundError):
                return self.evidence.slot(ticket_id, evidence_id)
        return self.evidence.slot(last, evidence_id)

    def _counted(self, ticket_id: str, entry: int) -> list[Evidence]:
        """What takes a place of the message: a refused picture makes room for another."""
        found = self.evidence.of_return(ticket_id)
        found = tuple(slot for slot in found if slot.entry == entry)
        shown = (slot for slot in found if self._is_shown(slot))
        return [slot for slot in shown if slot.state is not EvidenceState.REFUSED]

    def _is_shown(self, slot: Evidence) -> bool:
        is_chosen = slot.opened_by == CUSTOMER and not slot.attempts
        return not (is_chosen and slot.is_late(self.clock()))


def _id_of(ticket_id: str, entry: TicketEntry, place: int) -> str:
    """The slot of a mail's file: the same each time that the mail comes."""
    name = hashlib.sha256(f"{ticket_id} {entry.number} {place}".encode()).digest()
    number = int.from_bytes(name)
    return new_id("evd", entry.at, lambda bits: number % 2**bits)
