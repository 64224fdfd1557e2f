"""What staff do about a parcel that never comes, and about a return that ended by mistake."""

from collections.abc import Mapping
from dataclasses import replace

from aftercare.kernel.fresh import on_fresh_state
from aftercare.labels.events import numbered
from aftercare.returns import events, moves
from aftercare.returns.asking_store import Beside, freed_by
from aftercare.returns.judgement import Review
from aftercare.returns.judging import words_in
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.moves import UNLABELLED, ReturnStatus, Verb
from aftercare.returns.parcel_labels import added, is_added
from aftercare.returns.resolving import ResolvingService
from aftercare.returns.several import ParcelWay
from aftercare.returns.units import returnable_units
from aftercare.returns.waiting import is_any_here, not_lost, noted, outstanding
from aftercare.staff.model import Member
from aftercare.staff.policy import require

DECLARE_LOST, REOPEN = "returns.declare_lost", "returns.reopen"
ADD_PARCEL = "returns.add_parcel"


class EndingService(ResolvingService):
    """Staff's verbs on a return's end, beside those that settle it.

    Each is one transaction with its entry and the reason as a note, and takes the version that its
    form showed.
    """

    __slots__ = ()

    @on_fresh_state
    def declare_lost(
        self, member: Member, return_id: str, version: int, why: str, parcel: int | None = None
    ) -> Return:
        """Says that a parcel on its way will not come; its units are free at once (R-RET-70).

        Of several, that one will not come, or none of those that are not here. If one is here, or
        may still come, the return goes on with it, and the worker lets it arrive (R-RET-74). A scan
        or a receipt takes the return up again. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            StaleCaseError: Something happened since `version`; nothing was written.
            MoveRefusedError: No parcel of it is on its way, or that one is here.
            JudgementInvalidError: No reason, or too many words.
        """
        require(member, DECLARE_LOST)
        words = words_in(why, needed=True)
        ret = self._named(return_id)
        if self._has_done(ret, version, member, {events.LOST, events.PARCEL_LOST}):
            return ret
        self._refuse_if_stale(ret, version)
        lost = noted(ret, ParcelWay.LOST, [parcel] if parcel else outstanding(ret))
        if ret.parcels > 1 and lost is ret:
            raise moves.MoveRefusedError(ret.status, Verb.LOSE_PARCEL)
        beside = Beside(self._note(words, member.actor))
        if ret.parcels > 1 and (is_any_here(lost) or outstanding(lost)):
            after, new = lost.moved(Verb.LOSE_PARCEL), dict(lost.ways.items() - ret.ways.items())
            gone = " ".join(map(str, sorted(new)))
            entry = self._entry(after, events.PARCEL_LOST, member.actor, lost_parcels=gone)
            self.store.step(after, entry, beside)
            return after
        after = replace(lost.moved(Verb.DECLARE_LOST, ReturnStatus.LOST), attention=None)
        entry = self._entry(after, events.LOST, member.actor)
        self.store.step(after, entry, beside, freed_by(ret, after))
        return after

    @on_fresh_state
    def add_parcel(self, member: Member, return_id: str, parcel: int) -> Return:
        """Asks for the label of another parcel, which the form named by its number (R-LBL-44).

        Safe to repeat: the return has that many parcels, or more, afterwards.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            ParcelRefusedError: No more parcels may be added now, or not this one.
        """
        require(member, ADD_PARCEL)
        ret = self._named(return_id)
        if is_added(ret, parcel):
            return ret
        after = added(ret, parcel)
        facts = numbered(1, parcel)
        entry = self._entry(after, events.PARCEL_ADDED, member.actor, **facts)
        self.store.advance(after, entry)
        return after

    @on_fresh_state
    def reopen(self, member: Member, return_id: str, version: int, why: str) -> Return:
        """Takes a return that has ended into review again, as if nobody had decided (R-RET-71).

        It holds its units again, if no other return has them. What came and what was found before
        is in its timeline; requests to the shop stay, and are not made twice. Where its end had its
        label voided, it gets another one once it is approved (R-LBL-30). Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            StaleCaseError: Something happened since `version`; nothing was written.
            MoveRefusedError: It has not ended, or its customer discarded it.
            UnitsTakenError: Another return has its units.
            JudgementInvalidError: No reason, or too many words.
        """
        require(member, REOPEN)
        words = words_in(why, needed=True)
        ret = self._named(return_id)
        if self._has_done(ret, version, member, {events.TAKEN_UP}):
            return ret
        self._refuse_if_stale(ret, version)
        moves.require(ret.status, Verb.REOPEN)
        after = replace(
            _labelled_anew(ret.moved(Verb.REOPEN, ReturnStatus.IN_REVIEW), ret.status),
            lines=tuple(map(_undecided, ret.lines)),
            review=Review(self.clock()),
            attention=None,
        )
        entry = self._entry(after, events.TAKEN_UP, member.actor)
        beside = Beside(self._note(words, member.actor))
        self.store.take_again(after, entry, beside, self._limits(ret), _missing(ret, after))
        return after

    def _limits(self, ret: Return) -> Mapping[str, int]:
        order = self.orders.get(ret.order_number)
        return returnable_units(order, self.store.held(order).settled)


def _labelled_anew(after: Return, ended: ReturnStatus) -> Return:
    """Where its labels were voided it starts with one again: who has more boxes asks for theirs."""
    if ended not in UNLABELLED:
        return not_lost(after)
    number = after.label_number + 1
    return replace(after, label_number=number, parcels=1, more_labels=(), ways={})


def _undecided(line: ReturnLine) -> ReturnLine:
    """The line as it was submitted; the policy's decision on it stays until it is made again."""
    return replace(line, judgement=None, receipt=None, inspection=None, kept=None)


def _missing(before: Return, after: Return) -> Mapping[str, int]:
    """Line id → the units that a return lacks for holding all of its own, of a closed one fewer."""
    had = {line.line_id: before.held_of(line) for line in before.lines}
    return {line.line_id: after.held_of(line) - had[line.line_id] for line in after.lines}
