"""What follows a submission: approved, labelled, cancelled, on its way, arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aftercare.evidence.model import EvidenceState
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import local_day
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import LabelFailed, LabelReleased, LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.answering import AnsweringService
from aftercare.returns.case import Case
from aftercare.returns.errors import NoPolicyError, ReturnOnItsWayError
from aftercare.returns.judgement import Review
from aftercare.returns.model import IssuedLabel, LineOutlook, Return, ReturnLine, ReturnStatus
from aftercare.returns.units import held_by, returnable_units, settled_by, units_of

WARNED_AFTER = timedelta(days=21)
_MOST_LISTED = 50
_SCANS = {
    ScanKind.IN_TRANSIT: (ReturnStatus.IN_TRANSIT, events.IN_TRANSIT),
    ScanKind.DELIVERED: (ReturnStatus.ARRIVED, events.ARRIVED),
}
# A parcel may be scanned only where it arrives; a scan on its way may be told after that.
_MOVED_BY = {
    ScanKind.IN_TRANSIT: {ReturnStatus.LABEL_READY},
    ScanKind.DELIVERED: {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT},
}


class ReturnService(AnsweringService):
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
        case, now = self._case(order, self._settled(order)), self.clock()
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
            self._settled(order),
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
        shown = [slot for slot in self.photos(submitted) if slot.state is EvidenceState.ACCEPTED]
        screening = screener.screened(submitted.approve(decided), order, shown, zone)
        if screening.needs_review:
            now = self.clock()
            market = order.purchase.market if order.purchase else ""
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
    def attach_label(self, released: LabelReleased, *, actor: Actor) -> Return:
        """Hands a released label to the customer. Safe to repeat: a return has one label.

        Raises:
            ReturnNotFoundError: No such return.
            BusyError: The return is not approved yet; a later attempt will succeed.
        """
        ret = self._any(released.return_id)
        if ret.status is ReturnStatus.SUBMITTED:
            raise BusyError("This return is not approved yet.", return_id=ret.return_id)
        if ret.status is not ReturnStatus.APPROVED:
            return ret
        now = self.clock()
        after = ret.attach(IssuedLabel.of(released), now)
        warned = Timer(events.LABEL_EXPIRING_DUE, ret.return_id, now + WARNED_AFTER)
        self.store.advance(after, self._entry(after, events.LABEL_READY, actor), warned)
        return after

    @on_fresh_state
    def warn_of_expiry(
        self, return_id: str, due_at: datetime | None = None, *, actor: Actor
    ) -> Return:
        """Tells the customer, once, that a label which nobody used expires soon (R-LBL-14).

        Safe to repeat, at any time. `due_at`: see `now_or`.
        """
        ret, now = self._any(return_id), now_or(due_at, self.clock())
        is_told = events.LABEL_EXPIRING in ret.reminded
        is_early = ret.labelled_at is None or now < ret.labelled_at + WARNED_AFTER
        if ret.status is not ReturnStatus.LABEL_READY or is_told or is_early:
            return ret
        after = replace(ret, reminded=(*ret.reminded, events.LABEL_EXPIRING))
        self.store.advance(after, self._entry(after, events.LABEL_EXPIRING, actor))
        return after

    @on_fresh_state
    def cancel(self, email_key: str, return_id: str, *, actor: Actor) -> Return:
        """Cancels a submitted return before its parcel's first scan; its units are free at once.

        The entry has its label voided. Safe to repeat: cancelling twice is once (R-RET-38).

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnOnItsWayError: Its parcel was scanned, or there is nothing to cancel.
        """
        ret = self.owned(email_key, return_id)
        if ret.status is ReturnStatus.CANCELLED:
            return ret
        if not ret.is_cancellable:
            raise ReturnOnItsWayError("This return can't be cancelled any more.")
        after = replace(ret, status=ReturnStatus.CANCELLED)
        self.store.release(after, self._entry(after, events.CANCELLED, actor), after.lines)
        return after

    def record_scan(self, scanned: LabelScanned, *, actor: Actor) -> Return:
        """Moves a return on as its parcel is scanned, in whatever order the scans come.

        A scan of a cancelled return reopens it: the parcel is on its way, so its units are this
        return's again, also where another return took them meanwhile; the entry says of how many
        (R-RET-39). Safe to repeat.

        Raises:
            ReturnNotFoundError: No such return.
            BusyError: Its label is not attached yet; a later attempt will succeed.
        """
        ret = self._reopened(scanned, actor)
        return self._scanned(ret.return_id, scanned.kind, actor)

    @on_fresh_state
    def record_label_failure(self, failed: LabelFailed, *, actor: Actor) -> Return:
        """Notes on the timeline that a return's label could not be made, once for each fault.

        The return stays approved: a later attempt may release the label. Safe to repeat.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret = self._any(failed.return_id)
        if ret.status is not ReturnStatus.APPROVED or ret.label_fault == failed.fault:
            return ret
        after = replace(ret, label_fault=failed.fault)
        self.store.advance(
            after, self._entry(after, events.LABEL_FAILED, actor, fault=failed.fault)
        )
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

    @on_fresh_state
    def _reopened(self, scanned: LabelScanned, actor: Actor) -> Return:
        ret = self._any(scanned.return_id)
        if ret.status in {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}:
            raise BusyError("This return has no label yet.", return_id=ret.return_id)
        if ret.status is not ReturnStatus.CANCELLED:
            return ret
        order = self.orders.get(ret.order_number)
        limits = returnable_units(order, self._settled(order))
        claimed = self.store.claimed_units(ret.order_number)
        taken = (
            min(line.units, claimed.get(line.line_id, 0) + line.units - limits.get(line.line_id, 0))
            for line in ret.lines
        )
        # A label that was released while the return was cancelled was not attached.
        label = ret.label or IssuedLabel.of(scanned)
        after = replace(ret, status=ReturnStatus.LABEL_READY, label=label)
        contested = str(sum(units for units in taken if units > 0))
        self.store.reopen(after, self._entry(after, events.REOPENED, actor, contested=contested))
        return after

    @on_fresh_state
    def _scanned(self, return_id: str, kind: ScanKind, actor: Actor) -> Return:
        ret = self._any(return_id)
        status, entry_type = _SCANS[kind]
        if ret.status not in _MOVED_BY[kind]:
            return ret
        after = replace(ret, status=status)
        self.store.advance(after, self._entry(after, entry_type, actor))
        return after
