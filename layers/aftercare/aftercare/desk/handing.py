"""What customers do to hand a case over at a counter: ask for a code, and see it again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.desk.conversations import of_return
from aftercare.desk.errors import TicketNotFoundError, TooManyHandOversError
from aftercare.desk.hand_over import (
    MOST_A_DAY,
    Case,
    HandOver,
    Shown,
    digest_of,
    digits_of,
)
from aftercare.desk.hand_over_store import DigitsTakenError
from aftercare.desk.steps import TicketSteps
from aftercare.desk.ticket import Ticket
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.store import TicketStore

type Key = Callable[[], bytes]
"""The key of the digits, read when a code is asked for, shown or redeemed."""


@dataclass(frozen=True, slots=True)
class HandOverService(TicketSteps):
    """One code for each case: customers who proved their mailbox ask for it, for 15 minutes, once.

    Or a counter prints it as a paper code, for who began there (R-DSK-57).
    """

    store: "TicketStore"
    codes: "HandOverStore"
    key: Key
    clock: Clock
    entropy: Entropy

    def of_ticket(self, email_key: str, number: str) -> Case:
        """What a code for that ticket hands over: what is about a return is one case with it.

        Raises:
            TicketNotFoundError: No such ticket, or another customer's.
        """
        ticket = self._found(number)
        if ticket is None or not email_key or ticket.email_key != email_key:
            raise TicketNotFoundError
        return case_of(ticket)

    @on_fresh_state
    def ask(self, case: Case, *, is_paper: bool = False) -> None:
        """Draws a code for the case; the one before opens nothing from now on (R-DSK-76).

        Raises:
            TooManyHandOversError: There were too many for this case today.
            StaleWriteError, BusyError: Another code of it is asked for at once; try again.
        """
        before = self.codes.of_case(case)
        while True:
            new = self._drawn(case, before, is_paper=is_paper)
            try:
                return self.codes.put(new, before)
            except DigitsTakenError:
                continue

    def shown(self, case: Case) -> Shown | None:
        """The code of the case as the page shows it; none if there is none that counts now."""
        code = self.codes.of_case(case)
        if code is None or not code.is_live(self.clock()):
            return None
        digits = digits_of(self.key(), code.hand_over_id, is_paper=code.is_paper)
        return Shown(digits, code.expires_at, code.is_paper)

    def _drawn(self, case: Case, before: HandOver | None, *, is_paper: bool = False) -> HandOver:
        now, key = self.clock(), self.key()
        is_same_day = before is not None and before.day == now.date()
        asked = 1 + (before.asked_that_day if before and is_same_day else 0)
        if asked > MOST_A_DAY:
            raise TooManyHandOversError
        while True:
            hand_over_id = new_id("hov", now, self.entropy)
            digest = digest_of(key, digits_of(key, hand_over_id, is_paper=is_paper))
            if before is None or digest != before.digest:
                return HandOver(hand_over_id, digest, case, now, asked, is_paper=is_paper)


def case_of(ticket: Ticket) -> Case:
    """What a code for that ticket hands over."""
    return_id = ticket.return_id
    return Case(
        name=of_return(return_id) if return_id else f"ticket#{ticket.ticket_id}",
        email_key=ticket.email_key,
        language=ticket.language,
        ticket_id=ticket.ticket_id,
        topic=ticket.topic,
        order_number=ticket.order_number,
        return_id=return_id,
    )
