"""Forgets what a person brought to the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.desk.ticket import Message, Ticket
from aftercare.kernel.fresh import on_fresh_state

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore


@dataclass(frozen=True, slots=True)
class TicketErasing:
    """What the desk holds of a person, and how it forgets it (R-ERA-01).

    What stays of a ticket is when something happened: the figures of the desk are made of it.
    """

    store: "TicketStore"

    def held(self, email_key: str) -> tuple[tuple[Ticket, tuple[Message, ...]], ...]:
        """The person's tickets, newest first, with everything that was written."""
        found = self.store.of_customer(email_key)
        return tuple((ticket, self.store.messages(ticket.ticket_id)) for ticket in found)

    def erase(self, email_key: str, is_before: Callable[[datetime | None], bool]) -> int:
        """Empties the tickets that were opened until then; returns how many. Safe to repeat.

        Raises:
            StaleWriteError: Others write to one of them; try again.
        """
        found = [each for each in self.store.of_customer(email_key) if is_before(each.opened_at)]
        for ticket in found:
            self._forget(ticket.ticket_id)
        return len(found)

    @on_fresh_state
    def _forget(self, ticket_id: str) -> None:
        ticket = self.store.get(ticket_id)
        if ticket:
            self.store.forget(ticket, self.store.messages(ticket_id))
