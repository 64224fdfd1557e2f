"""The labels of returns: asked for, handed to the customer, at their end."""

from dataclasses import replace
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.labels.events import LabelFailed, LabelReleased, ended, numbered
from aftercare.labels.model import VALID
from aftercare.returns import events, moves
from aftercare.returns.answering import AnsweringService
from aftercare.returns.model import IssuedLabel, ParcelLabel, ParcelWay, Return, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.parcel_labels import (
    WARNED_AFTER,
    added,
    expired_labels,
    expiring_labels,
    is_added,
    label_ends,
    label_of,
    warned_of,
)
from aftercare.returns.waiting import is_any_here


class LabelledService(AnsweringService):
    """A return gets its labels one after the other, and loses those that nobody used in time."""

    __slots__ = ()

    @on_fresh_state
    def add_parcel(self, email_key: str, return_id: str, parcel: int, *, actor: Actor) -> Return:
        """Asks for the label of another parcel, which the page named by its number (R-LBL-44).

        Committed with an entry, of which the label is made. Safe to repeat, in as many tabs as
        there are: the return has that many parcels, or more, afterwards.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ParcelRefusedError: No more parcels may be added now, or not this one.
        """
        ret = self.owned(email_key, return_id)
        if is_added(ret, parcel):
            return ret
        after = added(ret, parcel)
        facts = numbered(1, parcel)
        self.store.advance(after, self._entry(after, events.PARCEL_ADDED, actor, **facts))
        return after

    @on_fresh_state
    def attach_label(self, released: LabelReleased, *, actor: Actor) -> Return:
        """Hands a released label to the customer. Safe to repeat: a parcel has one label.

        One of before the return was reopened is not: it was voided (R-LBL-30). That of a later
        parcel joins the return wherever it is by then, so that it is voided if nobody uses it.

        Raises:
            ReturnNotFoundError: No such return.
            BusyError: The return is not approved yet; a later attempt will succeed.
        """
        ret = self._any(released.return_id)
        if ret.status is ReturnStatus.SUBMITTED:
            raise BusyError("This return is not approved yet.", return_id=ret.return_id)
        if released.parcel > 1:
            return self._attach_later(ret, released, actor)
        if ret.status is not ReturnStatus.APPROVED or released.number != ret.label_number:
            return ret
        now = self.clock()
        after = ret.attach(IssuedLabel.of(released), now)
        warned = Timer(events.LABEL_EXPIRING_DUE, ret.return_id, now + WARNED_AFTER)
        expired = Timer(events.LABEL_EXPIRED_DUE, ret.return_id, now + VALID)
        self.store.advance(after, self._entry(after, events.LABEL_READY, actor), warned, expired)
        return after

    def warn_of_expiry(
        self, return_id: str, due_at: datetime | None = None, *, actor: Actor
    ) -> Return:
        """Tells the customer, once, that a label which nobody used expires soon (R-LBL-14).

        Of a return that is under way or here, each label of a parcel that is still awaited is told
        of by itself. Safe to repeat, at any time. `due_at`: see `now_or`.

        Raises:
            ReturnNotFoundError: No such return.
        """
        now = now_or(due_at, self.clock())
        ret = self._warned(return_id, now, actor)
        for parcel in expiring_labels(ret, now):
            ret = self._warn_of_parcel(return_id, parcel, actor)
        return ret

    @on_fresh_state
    def _warned(self, return_id: str, now: datetime, actor: Actor) -> Return:
        ret = self._any(return_id)
        is_told = events.LABEL_EXPIRING in ret.reminded
        if ret.status is not ReturnStatus.LABEL_READY or is_told or ret.labelled_at is None:
            return ret
        if now < ret.labelled_at + WARNED_AFTER:
            return ret
        after = replace(ret, reminded=(*ret.reminded, events.LABEL_EXPIRING))
        # A label of before labels expired has no timer for its end yet.
        expired = Timer(events.LABEL_EXPIRED_DUE, ret.return_id, ret.labelled_at + VALID)
        self.store.advance(after, self._entry(after, events.LABEL_EXPIRING, actor), expired)
        return after

    @on_fresh_state
    def _warn_of_parcel(self, return_id: str, parcel: int, actor: Actor) -> Return:
        ret = self._any(return_id)
        told = warned_of(ret.label_number, parcel)
        is_over = parcel in ret.ways or not moves.takes(ret.status, Verb.WARN_OF_PARCEL)
        if is_over or told in ret.reminded:
            return ret
        after = replace(ret.moved(Verb.WARN_OF_PARCEL), reminded=(*ret.reminded, told))
        facts = numbered(ret.label_number, parcel)
        self.store.advance(after, self._entry(after, events.PARCEL_EXPIRING, actor, **facts))
        return after

    def expire(self, return_id: str, due_at: datetime | None = None, *, actor: Actor) -> Return:
        """Ends a return none of whose labels was used in time; its units are free (R-LBL-15).

        The entry has its labels voided. A scan or a receipt takes the return up again. Of a return
        in several parcels that goes on, each label that nobody used is voided at its own end
        (R-LBL-44). Safe to repeat, at any time. `due_at`: see `now_or`.

        Raises:
            ReturnNotFoundError: No such return.
        """
        now = now_or(due_at, self.clock())
        ret = self._expired(return_id, now, actor)
        for parcel in expired_labels(ret, now):
            ret = self._expire_parcel(return_id, parcel, actor)
        return ret

    @on_fresh_state
    def _expired(self, return_id: str, now: datetime, actor: Actor) -> Return:
        ret = self._any(return_id)
        ends = [end for each, end in label_ends(ret).items() if each not in ret.ways]
        is_early = not ends or now < max(ends) or is_any_here(ret)
        if ret.status is not ReturnStatus.LABEL_READY or is_early:
            return ret
        after = ret.moved(Verb.EXPIRE, ReturnStatus.EXPIRED)
        entry = self._entry(after, events.EXPIRED, actor, **ended(ret.label_number, ret.parcels))
        self.store.release(after, entry, after.lines)
        return after

    @on_fresh_state
    def _expire_parcel(self, return_id: str, parcel: int, actor: Actor) -> Return:
        ret = self._any(return_id)
        if parcel in ret.ways or not moves.takes(ret.status, Verb.EXPIRE_PARCEL):
            return ret
        ways = {**ret.ways, parcel: ParcelWay.VOIDED}
        after = replace(ret.moved(Verb.EXPIRE_PARCEL), ways=ways)
        facts = numbered(ret.label_number, parcel)
        self.store.advance(after, self._entry(after, events.PARCEL_EXPIRED, actor, **facts))
        return after

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

    def _attach_later(self, ret: Return, released: LabelReleased, actor: Actor) -> Return:
        parcel = released.parcel
        is_old = released.number != ret.label_number or label_of(ret, parcel) is not None
        if is_old or not moves.takes(ret.status, Verb.LABEL_PARCEL):
            return ret
        now = self.clock()
        labels = (*ret.more_labels, ParcelLabel(parcel, IssuedLabel.of(released), now))
        after = replace(
            ret.moved(Verb.LABEL_PARCEL),
            # An earlier version that wrote the return meanwhile has dropped how many there are.
            parcels=max(ret.parcels, parcel),
            more_labels=tuple(sorted(labels, key=lambda each: each.parcel)),
        )
        warned = Timer(events.LABEL_EXPIRING_DUE, ret.return_id, now + WARNED_AFTER)
        expired = Timer(events.LABEL_EXPIRED_DUE, ret.return_id, now + VALID)
        entry = self._entry(after, events.PARCEL_LABELLED, actor, **numbered(1, parcel))
        self.store.advance(after, entry, warned, expired)
        return after
