"""What staff read: the queue, a search, the file of one return; and the notes that they leave."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.kernel.ids import is_id, new_id
from aftercare.orders.model import Order
from aftercare.returns.case_file import CaseFile, Found, LookAlike, Size
from aftercare.returns.casework import Casework
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.judging import words_in
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.notes import Note
from aftercare.returns.queueing import QueueOrder, QueuePage, needs_second
from aftercare.returns.searching import Search
from aftercare.staff.model import Member
from aftercare.staff.policy import may, require

if TYPE_CHECKING:
    from aftercare.labels.service import LabelService
    from aftercare.returns.case_store import CaseStore

READ, SEARCH, QUEUE = "returns.read", "returns.search", "returns.queue"
CLAIM, DECIDE, CONFIRM = "returns.claim", "returns.decide", "returns.confirm"
ASK, NOTE, READ_EVIDENCE = "returns.ask_evidence", "returns.note", "returns.read_evidence"
PAGE = 25
_MOST_ALIKE = 12
_IN_REVIEW = frozenset({ReturnStatus.IN_REVIEW})
_OPEN = _IN_REVIEW | {ReturnStatus.NEEDS_EVIDENCE}
# A verb that is not here is possible whatever the return's status.
_WHILE = {CLAIM: _OPEN, DECIDE: _IN_REVIEW, CONFIRM: _IN_REVIEW, ASK: _IN_REVIEW}

type RecordRead = Callable[[Member, str], object]
"""Writes down that a member has read that subject, or raises."""


@dataclass(frozen=True, slots=True)
class CaseDesk(Casework):
    """Every verb asks the matrix first. What shows a return is written down before it is shown."""

    cases: "CaseStore"
    labels: "LabelService"
    record_read: RecordRead

    def queue(self, member: Member, by: QueueOrder, after: str = "") -> QueuePage:
        """Up to 25 returns that wait for a person, in that order, behind the place `after`.

        It costs as much whatever the backlog, and may be seconds behind (R-REV-01).

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place in that queue.
        """
        require(member, QUEUE)
        return self.cases.queued(by, after, PAGE)

    def search(self, member: Member, text: str) -> tuple[Found, ...]:
        """Up to 20 returns by what somebody typed, newest first, each with what found it.

        A ticket, an order number, an e-mail address or a tracking number, in whatever spelling
        (R-REV-05). What the verbs of one return show is left out.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, SEARCH)
        search = Search(self.store, self.orders, self.labels, self.evidence, self.clock())
        return search.found(text)

    def open_case(self, member: Member, return_id: str) -> CaseFile:
        """Everything that this member may see of a return, also of one that nobody reviews.

        That it was read, and which other returns' photos were seen beside it, is in the audit trail
        before anything is shown. Safe to repeat; each time is written down.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
        """
        require(member, READ)
        ret = self._seen(return_id)
        self.record_read(member, return_id)
        order = self.orders.get(ret.order_number)
        if not may(member, READ_EVIDENCE):
            timeline = self.store.timeline(return_id, until=ret.version)
            return CaseFile(ret, _faceless(order), (), timeline, (), (), False, _may(member, ret))
        evidence = self.photos(ret)
        return CaseFile(
            ret=ret,
            order=order,
            evidence=evidence,
            timeline=self.store.timeline(return_id, until=ret.version),
            notes=self.cases.notes(return_id),
            matches=tuple(self._look_alikes(member, evidence)),
            needs_second=ret.review is not None and needs_second(ret, ret.review),
            may=_may(member, ret),
        )

    def note(self, member: Member, return_id: str, text: str) -> Note:
        """Leaves a note that staff alone see. The return itself, and its version, stay as they are.

        A repeated call leaves a second note.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            JudgementInvalidError: Nothing was written, or more than 1,000 characters.
        """
        require(member, NOTE)
        words = words_in(text, field="text", needed=True)
        ret, now = self._seen(return_id), self.clock()
        note = Note(new_id("nte", now, self.entropy), words, member.actor, now)
        self.cases.add_note(ret.return_id, note)
        return note

    def evidence_url(
        self, member: Member, return_id: str, evidence_id: str, size: Size = Size.PHOTO
    ) -> str:
        """A link, for minutes, to a piece of evidence; whoever opened its case may have it.

        Raises:
            NotPermittedError: Not with these roles.
            PhotoNotFoundError, VideoNotFoundError: That return has no such evidence.
        """
        require(member, READ_EVIDENCE)
        slot = self.evidence.slot(return_id, evidence_id)
        if slot.is_video:
            return self.evidence.videos.url(slot)
        if size is Size.THUMBNAIL:
            return self.evidence.thumbnail_url(slot)
        return self.evidence.photo_url(slot)

    def _seen(self, return_id: str) -> Return:
        if not is_id(return_id, "ret"):
            raise ReturnNotFoundError("We can't find that return.")
        return self._any(return_id).as_of(self.clock())

    def _look_alikes(self, member: Member, evidence: Iterable[Evidence]) -> Iterator[LookAlike]:
        """The photos of other returns that these are like, as far as they are still there."""
        pairs = [(of, match) for of in evidence for match in of.matches][:_MOST_ALIKE]
        others = {match.return_id: self.store.get(match.return_id) for _, match in pairs}
        photos: dict[str, Evidence] = {}
        for return_id in filter(others.get, others):
            self.record_read(member, return_id)
            photos |= {slot.evidence_id: slot for slot in self.evidence.of_return(return_id)}
        for of, match in pairs:
            other, photo = others[match.return_id], photos.get(match.evidence_id)
            if other and photo and photo.state is EvidenceState.ACCEPTED:
                yield LookAlike(match, of, photo, other.ticket, other.order_number)


def _may(member: Member, ret: Return) -> frozenset[str]:
    """The verbs that this member may call on the return as it is."""
    proposal = ret.review.proposal if ret.review else None
    can_confirm = proposal is not None and proposal.by != member.actor
    return frozenset(
        verb
        for verb in (READ, CLAIM, DECIDE, CONFIRM, ASK, NOTE, READ_EVIDENCE)
        if may(member, verb)
        and ret.status in _WHILE.get(verb, frozenset(ReturnStatus))
        and (verb != CONFIRM or can_confirm)
    )


def _faceless(order: Order) -> Order:
    return replace(order, purchase=replace(order.purchase, email="")) if order.purchase else order
