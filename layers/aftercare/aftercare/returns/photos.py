"""The photos of a return: added, marked, removed, put in order, taken over from one that lapsed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aftercare.evidence.model import Evidence, EvidenceKind, Mark
from aftercare.kernel.actor import Actor
from aftercare.kernel.fresh import on_fresh_state
from aftercare.orders.model import Order
from aftercare.returns.casework import Casework
from aftercare.returns.errors import (
    ReturnClosedError,
    ReturnEndedError,
    ReturnLapsedError,
    ReturnNotFoundError,
)
from aftercare.returns.model import Return, ReturnStatus


class PhotoService(Casework):
    """A photo counts for as long as its draft says so; its files follow."""

    __slots__ = ()

    def add_photo(
        self,
        email_key: str,
        return_id: str,
        content_type: str,
        kind: EvidenceKind = EvidenceKind.PHOTO,
        *,
        actor: Actor,
    ) -> Evidence:
        """Opens a slot for one more photo of that kind, in a draft or where staff asked for more.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: It takes no photos any more.
            PhotoTypeError, TooManyPhotosError: See `EvidenceService.open_slot`.
        """
        ret = self._open_for_photos(email_key, return_id)
        since = _in_hands_since(self.orders.get(ret.order_number))
        asked_for = not ret.is_draft
        return self.evidence.open_slot(
            return_id, content_type, kind, since, asked_for=asked_for, actor=actor
        )

    def mark(self, email_key: str, return_id: str, evidence_id: str, mark: Mark) -> Evidence:
        """Marks a flaw on an accepted photo (R-EVD-26). Safe to repeat.

        At the moment of a submission it may still be written. That changes no decision: photos
        count, whether they are marked or not.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: The photo is settled.
            PhotoNotFoundError, MarkInvalidError, TooManyMarksError: See `EvidenceService.mark`.
        """
        self._open_for_marks(email_key, return_id, evidence_id)
        return self.evidence.mark(return_id, evidence_id, mark)

    def unmark(self, email_key: str, return_id: str, evidence_id: str, mark: Mark) -> Evidence:
        """Takes a mark off again. Safe to repeat.

        Raises:
            ReturnNotFoundError, ReturnLapsedError, ReturnEndedError, ReturnClosedError,
            PhotoNotFoundError: As `mark`.
        """
        self._open_for_marks(email_key, return_id, evidence_id)
        return self.evidence.unmark(return_id, evidence_id, mark)

    def type_serial(self, email_key: str, return_id: str, evidence_id: str, text: str) -> Evidence:
        """Keeps the code that the customer typed from a photo of a label (R-EVD-27).

        Safe to repeat. A code that was read from the photo stays.

        Raises:
            ReturnNotFoundError, ReturnLapsedError, ReturnEndedError, ReturnClosedError,
            PhotoNotFoundError: As `mark`.
            SerialInvalidError: See `EvidenceService.type_serial`.
        """
        self._open_for_marks(email_key, return_id, evidence_id)
        return self.evidence.type_serial(return_id, evidence_id, text)

    def remove_photo(self, email_key: str, return_id: str, evidence_id: str) -> Return:
        """Removes a photo of a draft, with its files. Safe to repeat.

        From the first step on it no longer counts, so a submission at the same moment is judged
        with it or without it, and never by half.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: It is no draft any more.
        """
        draft = self._note_removal(email_key, return_id, evidence_id)
        if evidence_id in draft.removed_photos:
            self.evidence.remove(return_id, evidence_id)
        return draft

    @on_fresh_state
    def reorder_photos(self, email_key: str, return_id: str, order: Sequence[str]) -> Return:
        """Puts a draft's photos into that order; photos that it does not name come last.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: It is no draft any more.
        """
        draft = self._open_draft(email_key, return_id)
        named = {slot.evidence_id for slot in self.photos(draft)}
        wanted = tuple(dict.fromkeys(each for each in order if each in named))
        if wanted == draft.photo_order:
            return draft
        after = replace(draft, photo_order=wanted)
        self.store.save_draft(after)
        return after

    def take_over(self, email_key: str, lapsed_id: str, into_id: str) -> int:
        """Moves the accepted photos of a lapsed return into a draft of the same order (R-RET-40).

        Returns how many; those for which there is no room stay. Safe to repeat.

        Raises:
            ReturnNotFoundError: Not this customer's, not of one order, or the one did not lapse.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: The other is no draft any more.
        """
        lapsed, draft = self.owned(email_key, lapsed_id), self._open_draft(email_key, into_id)
        if lapsed.status is not ReturnStatus.LAPSED or lapsed.order_number != draft.order_number:
            raise ReturnNotFoundError("We can't find that return.")
        return self.evidence.take_over(lapsed_id, into_id, without=lapsed.removed_photos)

    def clear_photos(self, return_id: str) -> Return:
        """Removes the photos that no longer count: all of a discarded return, else the removed.

        A removal may have crashed before it removed the files. Safe to repeat.
        """
        ret = self._any(return_id)
        is_gone = ret.status is ReturnStatus.DISCARDED
        if is_gone or ret.removed_photos:
            for slot in self.evidence.of_return(return_id):
                if is_gone or slot.evidence_id in ret.removed_photos:
                    self.evidence.remove(return_id, slot.evidence_id)
        return ret

    def _open_for_photos(self, email_key: str, return_id: str) -> Return:
        """The customer's return, if photos may be added: a draft, or one of which staff asked."""
        ret = self.owned(email_key, return_id)
        if ret.status is ReturnStatus.NEEDS_EVIDENCE:
            return ret
        return self._open_draft(email_key, return_id)

    def _open_for_marks(self, email_key: str, return_id: str, evidence_id: str) -> None:
        """Lets only photos pass that nobody decided by: a draft's, and those added on request."""
        ret = self.owned(email_key, return_id)
        if evidence_id in ret.removed_photos:  # its removal may have crashed halfway
            self.evidence.remove(return_id, evidence_id)
        slot = self.evidence.slot(return_id, evidence_id)
        if not ret.may_change(slot.opened_at):
            going_on(ret)
            raise ReturnClosedError("This return was submitted; its photos are settled.")

    def _open_draft(self, email_key: str, return_id: str) -> Return:
        ret = self.owned(email_key, return_id)
        if not ret.is_draft:
            going_on(ret)
            raise ReturnClosedError("This return was submitted; its photos are settled.")
        return ret

    @on_fresh_state
    def _note_removal(self, email_key: str, return_id: str, evidence_id: str) -> Return:
        draft = self._open_draft(email_key, return_id)
        slots = {slot.evidence_id for slot in self.photos(draft)}
        if evidence_id not in slots:
            return draft
        after = replace(
            draft,
            removed_photos=(*draft.removed_photos, evidence_id),
            photo_order=tuple(each for each in draft.photo_order if each != evidence_id),
        )
        self.store.save_draft(after)
        return after


def _in_hands_since(order: Order) -> datetime | None:
    """Since when the customer may have had something of the order; none if that is not known.

    A parcel that nobody reported as delivered may have come at any time after it left.
    """
    if order.taken_along_at:
        return order.taken_along_at
    came = [parcel.delivered_at or parcel.shipped_at for parcel in order.parcels.values()]
    known = [at for at in came if at]
    return min(known) if known and len(known) == len(came) else None


def going_on(ret: Return) -> Return:
    """The return, unless it came to nothing."""
    if ret.status is ReturnStatus.LAPSED:
        raise ReturnLapsedError(
            "This return wasn't submitted in time. Start a new one: your photos can come along."
        )
    if ret.status in {ReturnStatus.DISCARDED, ReturnStatus.CANCELLED}:
        raise ReturnEndedError("This return was cancelled or discarded.")
    return ret
