"""What a store takes back at its counter commits at once: the return, its units and its key."""

from collections.abc import Mapping, Sequence

from aftercare.kernel.due.model import Timer
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.tables import CommitRefusedError, Transaction
from aftercare.kernel.timeline import Entry
from aftercare.returns.errors import UnitsTakenError
from aftercare.returns.model import Return
from aftercare.returns.rows import ClaimRow
from aftercare.returns.store import ReturnStore

_BESIDE_LINES = 4  # the return, its entry, its ticket, the key


class CounterStore(ReturnStore):
    """Returns in DynamoDB, with those that begin at a counter."""

    def hand_in(
        self,
        after: Return,
        entry: Entry,
        limits: Mapping[str, int],
        *,
        key: RequestKey,
        timers: Sequence[Timer] = (),
    ) -> None:
        """Everything that makes a return of what was handed in, together.

        Costs four writes, one for each line and one for each timer. `limits`: see `submit`.

        Raises:
            UnitsTakenError: Another return holds the units.
            StaleWriteError: The key was used in the meantime, or the ticket is taken.
        """
        is_exchange = any(each.handed_over for each in after.settlements)
        named = [ClaimRow.tickets.add({after.ticket})] if is_exchange else []
        try:
            with Transaction(self._returns) as commit:
                self._put_step(commit, after, entry)
                self._put_ticket(commit, after)
                self.keys.put(commit, key, after, entry.occurred_at)
                for line in after.lines:
                    others = limits[line.line_id] - line.units
                    free = ClaimRow.units.does_not_exist() | (ClaimRow.units <= others)
                    claim = self._claim(after, line.line_id)
                    commit.update(claim, [ClaimRow.units.add(line.units), *named], free)
                for timer in timers:
                    self._timers.add(commit, timer)
        except CommitRefusedError as error:
            if not all(error.held[: _BESIDE_LINES + len(timers)]):
                raise
            left = self.claims.left(after.order_number, limits)
            short = [each.line_id for each in after.lines if left[each.line_id] < each.units]
            raise UnitsTakenError({each: left[each] for each in short}) from error
