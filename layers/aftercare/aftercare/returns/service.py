"""What follows a submission: approved, labelled, cancelled, on its way, arrived."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import local_day
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import ended
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.case import Case
from aftercare.returns.errors import NoPolicyError, ReturnOnItsWayError
from aftercare.returns.judgement import Review
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.on_the_way import OnTheWay
from aftercare.returns.outlook import LineOutlook
from aftercare.returns.units import held_by, settled_by, units_of
from aftercare.returns.zones import market_of

_MOST_LISTED = 50


class ReturnService(OnTheWay):
    """A return's whole way: its draft, and what follows when it is submitted."""

    __slots__ = ()

    def outlook(
        self, order: Order, check_reference: str = "", draft: Return | None = None
    ) -> tuple[LineOutlook, ...]:
        """For each line of an order, what may come back of it now, and why or why not.

        For `check_reference` see `ChosenLine`. What a `draft` asked for in time may be changed for
        as long as it may be submitted (R-RET-10).

        Raises:
            NoPolicyError: This kind of order is not handled here.
        """
        case, now = self._case(order, self.store.held(order)), self.clock()
        asked_at = draft.asked_at(now) if draft else {}
        return case.outlooks(self.recalls.of(order, check_reference), now, asked_at)

    def outlooks(
        self, orders: Iterable[Order], returns: Sequence[Return]
    ) -> dict[str, tuple[LineOutlook, ...]]:
        """Order number → the outlook of its lines, without a read for each of the orders.

        `returns` are the customer's, as they are listed: what an order's own page says of its units
        counts. An order that no policy covers is left out.

        Raises:
            UnavailableError: The batches, which tell recalls, can't be read now.
        """
        now = self.clock()
        return {
            order.order_number: found
            for order in orders
            if (found := self._listed_outlook(order, returns, now))
        }

    def _listed_outlook(
        self, order: Order, returns: Sequence[Return], now: datetime
    ) -> tuple[LineOutlook, ...]:
        settled, held = settled_by(order, returns), held_by(order, returns)
        units = units_of(order, held, settled)
        case = Case(order, self.policies, self.recalls, units)
        try:
            return case.outlooks(self.recalls.of(order), now)
        except NoPolicyError:
            return ()

    @on_fresh_state
    def approve(self, return_id: str, *, actor: Actor) -> Return:
        """Applies the policy to a submitted return again: approves, declines, or asks a person.

        Lines that are refused are left out of the return, and free; a return without any other
        line is declined (R-RET-42). Where the screening notices something, a person decides on the
        other lines (R-SCR-01).
        The policy and the day of the submission count, not today's (R-RET-10). Safe to repeat: a
        return that has moved on is unchanged.

        Raises:
            ReturnNotFoundError: No such return.
            UnavailableError, BusyError: Something that the screening needs can't be read now.
        """
        submitted = self._any(return_id)
        if submitted.status is not ReturnStatus.SUBMITTED:
            return submitted
        order = self.orders.get(submitted.order_number)
        case = self._case(
            order,
            self.store.held(order),
            own={line.line_id: line.units for line in submitted.lines},
            given=self._given(submitted),
        )
        lines = case.decided_again(submitted)
        if not any(line.passed for line in lines):
            after = submitted.decline(lines)
            self.store.release(after, self._entry(after, events.DECLINED, actor), after.lines)
            return after
        return self._screened(submitted, lines, order, case.zone, actor)

    def _screened(
        self,
        submitted: Return,
        lines: Iterable[ReturnLine],
        order: Order,
        zone: ZoneInfo,
        actor: Actor,
    ) -> Return:
        """Approves what the policy takes back, unless a person is to look at it first."""
        screener, decided = self.screener(), tuple(lines)
        shown = self._accepted(submitted)
        screening = screener.screened(submitted.approve(decided), order, shown, zone)
        if screening.needs_review:
            now = self.clock()
            market = market_of(order)
            look_by = screener.look_by(screening, market, local_day(now, zone))
            review = Review(now, look_by=look_by)
            after = submitted.put_in_review(decided, screening, review)
            codes = " ".join(signal.code for signal in screening.signals)
            entry = self._entry(after, events.IN_REVIEW, actor, signals=codes)
        else:
            after = submitted.approve(decided, screening)
            entry = self._entry(after, events.APPROVED, actor)
        self.store.release(after, entry, after.left_out)
        return after

    @on_fresh_state
    def cancel(self, email_key: str, return_id: str, *, actor: Actor) -> Return:
        """Cancels a submitted return before its parcel's first scan; its units are free at once.

        The entry has its labels voided. Safe to repeat: cancelling twice is once (R-RET-38).

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnOnItsWayError: Its parcel was scanned, or there is nothing to cancel.
        """
        ret = self.owned(email_key, return_id)
        if ret.status is ReturnStatus.CANCELLED:
            return ret
        if not ret.is_cancellable:
            raise ReturnOnItsWayError("This return can't be cancelled any more.")
        after = ret.moved(Verb.CANCEL, ReturnStatus.CANCELLED)
        entry = self._entry(after, events.CANCELLED, actor, **ended(ret.label_number, ret.parcels))
        self.store.release(after, entry, after.lines)
        return after

    def timeline(self, ret: Return) -> tuple[Entry, ...]:
        return self.store.timeline(ret.return_id)

    def timeline_as_read(self, ret: Return) -> tuple[Entry, ...]:
        """The entries that led to the return as it was read, and none that were committed since.

        For a page that shows both: it must not tell of a label that the rest of it lacks.
        """
        return self.store.timeline(ret.return_id, until=ret.version)

    def of_customer(self, email_key: str) -> tuple[Return, ...]:
        """The customer's 50 newest returns, drafts too, but not what was discarded.

        A change shows within seconds.
        """
        found, now = self.store.of_customer(email_key, limit=_MOST_LISTED), self.clock()
        return tuple(ret.as_of(now) for ret in found if ret.status is not ReturnStatus.DISCARDED)
