"""What staff look for among the tickets of a queue, and the searches that they keep (R-DSK-89).

A page looks through as many tickets as a page of the queue has, in its order; none is scanned for.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.desk.errors import SearchInvalidError, TooManySearchesError
from aftercare.desk.search import Kept, Search
from aftercare.desk.waiting import QueuePage
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.staff.model import Member
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.desk.search_store import SearchStore
    from aftercare.desk.store import TicketStore

QUEUE = "tickets.queue"
MOST_SEARCHES = 20
MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class TicketSearching:
    """Each member has searches of their own, and sees nobody else's."""

    tickets: "TicketStore"
    store: "SearchStore"
    clock: Clock

    def found(self, member: Member, search: Search, after: str = "") -> QueuePage:
        """Those of the next 20 tickets of the queue that fit; at most 3 read units.

        Who looks for what is overdue is not led behind the first that is not: nothing follows.

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place in the queue.
        """
        require(member, QUEUE)
        page, now = self.tickets.waiting(search.queue, after), self.clock()
        fitting = tuple(card for card in page.cards if search.fits(card, member.actor, now))
        last = page.cards[-1].due if page.cards else None
        is_over = search.is_overdue and (last is None or last >= now)
        return QueuePage(fitting, "" if is_over else page.after)

    def kept(self, member: Member) -> tuple[Kept, ...]:
        """The member's own, by name.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, QUEUE)
        return self.store.of(member.staff_id).kept

    @on_fresh_state
    def keep(self, member: Member, name: str, search: Search) -> None:
        """Keeps a search under a name; another one of that name gives way. A repeat is the same.

        Raises:
            NotPermittedError: Not with these roles.
            SearchInvalidError: It has no name, or too long a one.
            TooManySearchesError: There are 20 already.
            StaleWriteError: Another browser of the member writes, too; try again.
        """
        require(member, QUEUE)
        called = " ".join(name.split())
        if not 0 < len(called) <= MOST_NAME:
            raise SearchInvalidError(MOST_NAME)
        shelf = self.store.of(member.staff_id)
        others = [each for each in shelf.kept if each.name != called]
        if len(others) >= MOST_SEARCHES:
            raise TooManySearchesError(MOST_SEARCHES)
        kept = sorted([*others, Kept(called, search)])
        self.store.put(member.staff_id, shelf._replace(kept=tuple(kept)))

    @on_fresh_state
    def forget(self, member: Member, name: str) -> None:
        """Forgets the member's search of that name; a repeat changes nothing.

        Raises:
            NotPermittedError: Not with these roles.
            StaleWriteError: Another browser of the member writes, too; try again.
        """
        require(member, QUEUE)
        shelf = self.store.of(member.staff_id)
        kept = tuple(each for each in shelf.kept if each.name != name)
        if kept != shelf.kept:
            self.store.put(member.staff_id, shelf._replace(kept=kept))
