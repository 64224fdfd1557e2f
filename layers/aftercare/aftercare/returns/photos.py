"""The photos of a draft: added, removed, put in order, taken over from one that lapsed."""

from collections.abc import Sequence
from dataclasses import replace

from aftercare.evidence.model import Evidence
from aftercare.kernel.actor import Actor
from aftercare.kernel.fresh import on_fresh_state
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
        self, email_key: str, return_id: str, content_type: str, *, actor: Actor
    ) -> Evidence:
        """Opens a slot for one more photo in a draft.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: It is no draft any more.
            PhotoTypeError, TooManyPhotosError: See `EvidenceService.open_slot`.
        """
        self._open_draft(email_key, return_id)
        return self.evidence.open_slot(return_id, content_type, actor=actor)

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


def going_on(ret: Return) -> Return:
    """The return, unless it came to nothing."""
    if ret.status is ReturnStatus.LAPSED:
        raise ReturnLapsedError(
            "This return wasn't submitted in time. Start a new one: your photos can come along."
        )
    if ret.status in {ReturnStatus.DISCARDED, ReturnStatus.CANCELLED}:
        raise ReturnEndedError("This return was cancelled or discarded.")
    return ret
