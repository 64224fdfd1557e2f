"""From which amount a claim is reviewed formally: data beside this file, a document per version."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.desk.ticket import Ticket, Topic
from aftercare.kernel.rulebook import Day, Name, Positive, RuleBook, book_in


class Escalations(Struct, frozen=True, forbid_unknown_fields=True):
    """One version; a ticket keeps the one of the day on which it was opened (R-DSK-86).

    `amounts` are, per currency, the largest value in minor units that agents decide on alone, for
    tickets of these `topics`.
    """

    version: Name
    valid_from: Day
    source: Name
    topics: frozenset[Topic]
    amounts: Mapping[Name, Positive]

    def is_over(self, ticket: Ticket) -> bool:
        """Whether the ticket is a claim for more. Also one in a currency without an amount is.

        Nobody said that it is small, and a formal review costs less than a mistake.
        """
        if ticket.worth is None or ticket.topic not in self.topics:
            return False
        most = self.amounts.get(ticket.worth.currency)
        return most is None or ticket.worth.amount > most


@cache
def published() -> RuleBook[Escalations]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, Escalations)


def escalations_on(day: date) -> Escalations:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)
