"""Has labels taken back by their carriers, and asks again where the answer was not the last."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.address import Address
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels import events
from aftercare.labels.carriers.carrier import Carrier
from aftercare.labels.errors import CarrierUnknownError
from aftercare.labels.model import VALID, Label, LabelStatus, VoidAnswer

if TYPE_CHECKING:
    from aftercare.labels.store import LabelStore

_NOWHERE = Address(name="", line1="", city="", region="", postal_code="", country="")
_MAY_CHANGE = {VoidAnswer.REFUSED, VoidAnswer.UNDER_WAY}


class Voiding:
    """For the service of labels, which has a store, carriers, a clock and a source of ids.

    `carrier` is the code of the one that sells new labels.
    """

    __slots__ = ()

    store: "LabelStore"
    carriers: Mapping[str, Carrier]
    carrier: str
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def void(
        self, return_id: str, ticket: str, number: int = 1, parcel: int = 1, *, actor: Actor
    ) -> Label:
        """Voids a return's label with that number for that parcel, or sees to it that none is made.

        R-LBL-12, R-LBL-44.

        Its carrier takes it back, which commits `label.voided`. If a scan was reported, the label
        stays, and `label.void_refused` is committed. So it is if the carrier does not take it back,
        but only when it has refused for the last time: see `void_again`. Either happens once; safe
        to repeat after a crash anywhere.

        Raises:
            BusyError: A worker is buying it right now; a later attempt will succeed.
            CarrierUnknownError: The label's carrier is not configured any more.
        """
        label = self.store.of_return(return_id, number, parcel)
        label = label or self._never_made(return_id, ticket, number, parcel)
        if label.status is LabelStatus.VOIDED or label.void_refused_at or label.void_due_at:
            return label
        return self._ask(label, actor)

    def void_again(
        self, return_id: str, due_at: datetime | None = None, *, actor: Actor
    ) -> tuple[Label, ...]:
        """Asks carriers again for the labels of that return of which it is time (R-LBL-41).

        Of those that they refused to take back, which may have been too early; and of those whose
        money was on its way: a carrier may still say no. That is written down, and asked about
        again, too. The last refusal commits `label.void_refused`; a label that was voided stays so,
        and is paid for. Safe to repeat, at any time. `due_at`: see `now_or`. Returns the labels
        that were asked about.

        Raises:
            CarrierUnknownError: A label's carrier is not configured any more.
        """
        now = now_or(due_at, self.clock())
        labels = self.store.all_of_return(return_id)
        asked = [self._void_again(label, now, actor) for label in labels]
        return tuple(label for label in asked if label)

    @on_fresh_state
    def _void_again(self, read: Label, now: datetime, actor: Actor) -> Label | None:
        label = self.store.of_return(read.return_id, read.number, read.parcel)
        if label is None or label.void_due_at is None or now < label.void_due_at:
            return None
        return self._ask(label, actor)

    def _ask(self, label: Label, actor: Actor) -> Label:
        now = self.clock()
        if label.is_claimed(now):
            raise BusyError("This label is being bought right now.", return_id=label.return_id)
        # Noted first: a scan may follow the carrier's yes before we have written it down.
        if not (label.void_asked_at or label.scans):
            label = self.store.save(replace(label, void_asked_at=now))
        if label.void_asked_at is None:
            return self._refused(label, None, actor)
        # A label whose worker crashed may be sold without our knowing: the carrier is asked always.
        answer = self._carrier_of(label).void(label.label_id, label.offer)
        due_at = self._due_at(label, answer)
        label = replace(label, void_due_at=due_at)
        if answer is VoidAnswer.REFUSED:
            return self._refused(label, answer, actor)
        return self._taken_back(label, answer, actor)

    def _refused(self, label: Label, answer: VoidAnswer | None, actor: Actor) -> Label:
        after = replace(label, void_answer=answer)
        if label.void_due_at:
            return self.store.save(after, None, _timer(after, label.void_due_at))
        after = replace(after, void_refused_at=self.clock())
        return self.store.save(after, self._void_entry(after, events.VOID_REFUSED, actor))

    def _taken_back(self, label: Label, answer: VoidAnswer, actor: Actor) -> Label:
        # Earlier versions know no label whose money is on its way; `void_due_at` says that it is.
        kept = VoidAnswer.TAKEN_BACK if answer is VoidAnswer.UNDER_WAY else answer
        after = replace(label, status=LabelStatus.VOIDED, void_answer=kept)
        is_told = label.status is LabelStatus.VOIDED
        entry = None if is_told else self._void_entry(label, events.VOIDED, actor)
        timers = (_timer(after, after.void_due_at),) if after.void_due_at else ()
        return self.store.save(after, entry, *timers)

    def _due_at(self, label: Label, answer: VoidAnswer) -> datetime | None:
        """When the carrier is asked again; none if it was the last time, or nothing changes."""
        from aftercare.labels.void_rules import rules_on  # noqa: PLC0415 - who sells needs none

        is_used = bool(label.scans) and answer is VoidAnswer.REFUSED
        if answer not in _MAY_CHANGE or is_used:
            return None
        rules = rules_on(label.requested_at.date())
        ends_at = (label.released_at or label.requested_at) + VALID
        due_at = self.clock() + rules.again_after
        return due_at if due_at <= ends_at + rules.asked_after_expiry else None

    def _never_made(self, return_id: str, ticket: str, number: int, parcel: int) -> Label:
        """What stands in the way of that label of the return; not stored yet."""
        now = self.clock()
        label_id = new_id("lbl", now, self.entropy)
        return Label(
            label_id,
            return_id,
            ticket,
            "",
            _NOWHERE,
            self.carrier,
            now,
            number=number,
            parcel=parcel,
        )

    def _void_entry(self, label: Label, entry_type: str, actor: Actor) -> Entry:
        data = {"return_id": label.return_id, "ticket": label.ticket}
        return self._entry(label, entry_type, data, actor)

    def _carrier_of(self, label: Label) -> Carrier:
        if label.carrier not in self.carriers:
            raise CarrierUnknownError(label.carrier, label.label_id)
        return self.carriers[label.carrier]

    def _entry(self, label: Label, entry_type: str, data: Mapping[str, str], actor: Actor) -> Entry:
        now = self.clock()
        return Entry(
            entry_id=new_id("ent", now, self.entropy),
            entry_type=entry_type,
            subject=label.label_id,
            occurred_at=now,
            data=data,
            actor=actor,
        )


def _timer(label: Label, due_at: datetime) -> Timer:
    """One of a return's: whoever acts on it looks at all of its labels."""
    return Timer(events.VOID_DUE, label.return_id, due_at)
