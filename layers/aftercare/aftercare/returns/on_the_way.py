"""Returns whose parcels are on their way: scanned by carriers, taken up again, arrived."""

from collections.abc import Mapping
from dataclasses import replace

from aftercare.kernel.actor import Actor
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.returns import events, moves, waiting
from aftercare.returns.labelled import LabelledService
from aftercare.returns.model import IssuedLabel, ParcelWay, Return, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.units import contested, returnable_units

_SCANS = {
    ScanKind.IN_TRANSIT: (ReturnStatus.IN_TRANSIT, events.IN_TRANSIT),
    ScanKind.DELIVERED: (ReturnStatus.ARRIVED, events.ARRIVED),
}
_PARCELS = {
    ScanKind.IN_TRANSIT: (ParcelWay.ON_ITS_WAY, events.PARCEL_IN_TRANSIT),
    ScanKind.DELIVERED: (ParcelWay.ARRIVED, events.PARCEL_ARRIVED),
}
_SENT = {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT}
_LABELLED_SOON = {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}
# A parcel may be scanned only where it arrives; a scan on its way may be told after that.
_TAKEN_UP = {ReturnStatus.CANCELLED, ReturnStatus.EXPIRED, ReturnStatus.LOST}
_MOVED_BY = {
    ScanKind.IN_TRANSIT: {ReturnStatus.LABEL_READY},
    ScanKind.DELIVERED: {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT},
}


class OnTheWay(LabelledService):
    """The verbs by which a return moves on as its parcels do."""

    __slots__ = ()

    def record_scan(self, scanned: LabelScanned, *, actor: Actor) -> Return:
        """Moves a return on as its parcel is scanned, in whatever order the scans come.

        A scan of a cancelled return reopens it: the parcel is on its way, so its units are this
        return's again, also where another return took them meanwhile; the entry says of how many
        (R-RET-39). One in several parcels is on its way with the first, and arrives with the last
        that may still come (R-RET-73). From then on the label on the parcel is its label. If that
        was voided, a person is asked (R-LBL-42). Safe to repeat.

        Raises:
            ReturnNotFoundError: No such return.
            BusyError: Its label is not attached yet; a later attempt will succeed.
        """
        ret = self._reopened(scanned, actor)
        ret = self._scanned(ret.return_id, scanned, actor)
        return self._asked_about(scanned, actor) if scanned.voided else ret

    @on_fresh_state
    def arrive_if_all(self, return_id: str, *, actor: Actor) -> Return:
        """Lets a return in several parcels arrive, if the last one that was missing won't come.

        Where none is here either, it is lost, and its units are free (R-RET-74). A person is asked
        to count again what was awaited, if nobody can do it with a parcel in hand (R-RCV-07). Safe
        to repeat, at any time.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret = self._any(return_id)
        if ret.status in _SENT and waiting.all_have_come(ret):
            return self._arrive(ret.moved(Verb.SCAN, ReturnStatus.ARRIVED), {}, actor)
        if ret.status is ReturnStatus.IN_TRANSIT and waiting.is_lost(ret):
            after = replace(ret.moved(Verb.LOSE_PARCEL, ReturnStatus.LOST), attention=None)
            self.store.release(after, self._entry(after, events.LOST, actor), after.lines)
            return after
        after = waiting.asked_to_count(ret, self.clock())
        if after is not ret:
            self.store.save_claim(after)
        return after

    @on_fresh_state
    def _reopened(self, scanned: LabelScanned, actor: Actor) -> Return:
        ret = self._any(scanned.return_id)
        if ret.status in _LABELLED_SOON and scanned.number == ret.label_number:
            raise BusyError("This return has no label yet.", return_id=ret.return_id)
        # A lost parcel was on its way before: news of that, told again, does not find it.
        is_old = ret.status is ReturnStatus.LOST and scanned.kind is ScanKind.IN_TRANSIT
        if ret.status not in _TAKEN_UP or is_old:
            return ret
        order = self.orders.get(ret.order_number)
        held = self.store.held(order)
        # A label that was released while the return was cancelled was not attached.
        label = ret.label or IssuedLabel.scanned(scanned)
        after = replace(ret.moved(Verb.SCAN, ReturnStatus.LABEL_READY), label=label)
        after = waiting.given_up(after)
        taken = str(contested(ret, held.units, returnable_units(order, held.settled)))
        self.store.reopen(after, self._entry(after, events.REOPENED, actor, contested=taken))
        return after

    @on_fresh_state
    def _scanned(self, return_id: str, scanned: LabelScanned, actor: Actor) -> Return:
        ret = self._any(return_id)
        if ret.parcels > 1:
            return self._parcel_scanned(ret, scanned, actor)
        status, entry_type = _SCANS[scanned.kind]
        if ret.status not in _MOVED_BY[scanned.kind]:
            return ret
        after = replace(ret.moved(Verb.SCAN, status), label=_label_of(ret, scanned))
        if status is ReturnStatus.ARRIVED:
            return self._arrive(after, {}, actor)
        self.store.advance(after, self._entry(after, entry_type, actor))
        return after

    def _parcel_scanned(self, ret: Return, scanned: LabelScanned, actor: Actor) -> Return:
        """One of several parcels: the return arrives with the last that may still come."""
        way, entry_type = _PARCELS[scanned.kind]
        known = waiting.noted(ret, way, [scanned.parcel])
        if known is ret or ret.status not in {*_SENT, ReturnStatus.ARRIVED}:
            return ret
        known, of = _with_label(known, scanned), {"parcel": str(scanned.parcel)}
        if ret.status is ReturnStatus.ARRIVED:
            after = waiting.asked_to_count(known.moved(Verb.SCAN_PARCEL), self.clock())
        elif waiting.all_have_come(known):
            return self._arrive(known.moved(Verb.SCAN, ReturnStatus.ARRIVED), of, actor)
        else:
            after = known.moved(Verb.SCAN_PARCEL, ReturnStatus.IN_TRANSIT)
        is_first = ret.status is ReturnStatus.LABEL_READY and way is ParcelWay.ON_ITS_WAY
        entry = self._entry(after, events.IN_TRANSIT if is_first else entry_type, actor, **of)
        self.store.advance(after, entry)
        return after

    def _arrive(self, here: Return, of: Mapping[str, str], actor: Actor) -> Return:
        """The refund's clock begins: everything is here that will come."""
        # The calendars are for the worker; customers' pages do not load them.
        from aftercare.returns.promising import arrived, timers_of  # noqa: PLC0415

        order, now = self.orders.get(here.order_number), self.clock()
        after = waiting.asked_to_count(arrived(here, order, now), now)
        entry = self._entry(after, events.ARRIVED, actor, **of)
        self.store.advance(after, entry, *timers_of(after, order))
        return after

    @on_fresh_state
    def _asked_about(self, scanned: LabelScanned, actor: Actor) -> Return:
        """Has a person see to a parcel with a voided label, unless it is here; once per label."""
        ret, label_id = self._any(scanned.return_id), scanned.label_id
        noted = [
            each
            for each in self.store.timeline(ret.return_id)
            if each.data.get("label_id") == label_id
        ]
        is_here = _is_here(ret, scanned.parcel)
        if noted or is_here or not moves.takes(ret.status, Verb.NOTE_VOIDED_LABEL):
            return ret
        attention = ret.attention or Attention(AttentionCode.VOIDED_LABEL, self.clock())
        after = replace(ret.moved(Verb.NOTE_VOIDED_LABEL), attention=attention)
        entry = self._entry(after, events.VOIDED_LABEL_SCANNED, actor, label_id=label_id)
        self.store.advance(after, entry)
        return after


def _label_of(ret: Return, scanned: LabelScanned) -> IssuedLabel:
    """The label on the parcel: the return's, or an earlier one of it."""
    if ret.label and ret.label.label_id == scanned.label_id:
        return ret.label
    return IssuedLabel.scanned(scanned)


def _with_label(ret: Return, scanned: LabelScanned) -> Return:
    """With the label that is on that parcel."""
    if scanned.parcel == 1:
        return replace(ret, label=_label_of(ret, scanned))
    labels = tuple(
        replace(each, label=IssuedLabel.scanned(scanned))
        if each.parcel == scanned.parcel and each.label.label_id != scanned.label_id
        else each
        for each in ret.more_labels
    )
    return replace(ret, more_labels=labels)


def _is_here(ret: Return, parcel: int) -> bool:
    """Whether somebody has the parcel before them."""
    if ret.parcels > 1:
        return ret.ways.get(parcel) is ParcelWay.OPENED
    return any(line.receipt for line in ret.lines)
