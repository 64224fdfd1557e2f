"""What staff read: the queue, a search, the file of one return; and the notes that they leave."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.kernel.errors import NewerDataError
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order
from aftercare.returns.case_file import CaseFile, Found, LookAlike, Size
from aftercare.returns.casework import Casework
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.judging import words_in
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.notes import Note, note_id_of
from aftercare.returns.queueing import QueueOrder, QueuePage, needs_second
from aftercare.returns.searching import Search
from aftercare.returns.steps import VersionedSteps
from aftercare.staff.model import Handed, Member
from aftercare.staff.policy import may, require

if TYPE_CHECKING:
    from aftercare.labels.service import LabelService
    from aftercare.returns.case_store import CaseStore

READ, SEARCH, QUEUE = "returns.read", "returns.search", "returns.queue"
CLAIM, DECIDE, CONFIRM = "returns.claim", "returns.decide", "returns.confirm"
ASK, NOTE, READ_EVIDENCE = "returns.ask_evidence", "returns.note", "returns.read_evidence"
WITHDRAW, COUNTER = "returns.withdraw_request", "counter.read"
PAGE = 20
"""The largest cards of one case more are two read units; the reader's session is the third."""
_MOST_ALIKE = 12
_IN_REVIEW = frozenset({ReturnStatus.IN_REVIEW})
_OPEN = _IN_REVIEW | {ReturnStatus.NEEDS_EVIDENCE}
# A verb that is not here is possible whatever the return's status.
_WHILE = {
    CLAIM: _OPEN,
    DECIDE: _IN_REVIEW,
    CONFIRM: _IN_REVIEW,
    ASK: _IN_REVIEW,
    WITHDRAW: _OPEN - _IN_REVIEW,
}


class _Other(NamedTuple):
    """Another return, with its photos by their ids."""

    ret: Return
    photos: Mapping[str, Evidence]


class Trail(Protocol):
    """Writes down what a member is about to see, or raises; see `AuditTrail`."""

    def record_read(self, member: Member, subject: str) -> None: ...

    def record_look(self, member: Member, subject: str) -> None: ...

    def record_find(self, member: Member, subject: str) -> None: ...


@dataclass(frozen=True, slots=True)
class CaseDesk(VersionedSteps, Casework):
    """Every verb asks the matrix first. What shows a return is written down before it is shown."""

    cases: "CaseStore"
    labels: "LabelService"
    trail: Trail

    def queue(self, member: Member, by: QueueOrder, after: str = "") -> QueuePage:
        """Up to 20 returns that wait for a person, in that order, behind the place `after`.

        At most two read units, whatever the backlog; it may be seconds behind (R-REV-01).

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place in that queue.
        """
        require(member, QUEUE)
        return self.cases.queued(by, after, PAGE)

    def search(self, member: Member, text: str) -> tuple[Found, ...]:
        """Up to 20 returns by what somebody typed, newest first, each with what found it.

        A ticket, an order number, an e-mail address, a tracking number or a verification code, in
        whatever spelling (R-REV-05). What the verbs of one return show is left out. That a return
        was found is in its audit trail first, once per member and half hour (R-STF-07).

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, SEARCH)
        search = Search(self.store, self.orders, self.labels, self.evidence, self.clock())
        found = search.found(text)
        for each in found:
            self.trail.record_find(member, each.return_id)
        return found

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
        self.trail.record_read(member, return_id)
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

    def shown_of(self, member: Member, return_id: str) -> tuple[Return, tuple[Evidence, ...]]:
        """The return and what its customer showed, for a page that is about something else.

        That it was seen is in the audit trail first, once per member and half hour (R-STF-07).

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
        """
        require(member, READ_EVIDENCE)
        ret = self._seen(return_id)
        self.trail.record_look(member, return_id)
        return ret, self.photos(ret)

    def handed_over(self, member: Member, handed: Handed) -> CaseFile:
        """What a counter sees of a return that its customer handed over to it (R-DSK-77).

        Its lines, decision and evidence; neither notes, other returns nor an address.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return, or handed over to somebody else.
        """
        ret = self._seen(self._handed(member, handed))
        self.trail.record_read(member, ret.return_id)
        order = _faceless(self.orders.get(ret.order_number))
        timeline = self.store.timeline(ret.return_id, until=ret.version)
        return CaseFile(ret, order, self.photos(ret), timeline, (), (), False, frozenset())

    def handed_over_url(
        self, member: Member, handed: Handed, evidence_id: str, size: Size = Size.PHOTO
    ) -> str:
        """A link, for minutes, to a piece of its evidence; as `evidence_url`.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: It was handed over to somebody else.
            PhotoNotFoundError, VideoNotFoundError: That return has no such evidence.
        """
        return self._url(member, self._handed(member, handed), evidence_id, size)

    def note(self, member: Member, return_id: str, text: str, name: str = "") -> Note:
        """Leaves a note that staff alone see. The return itself, and its version, stay as they are.

        `name` is the form's, from `note_name`: the same words of the same form leave one note,
        however often it is sent. Without a name each call leaves one.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            JudgementInvalidError: Nothing was written, or more than 1,000 characters.
        """
        require(member, NOTE)
        words = words_in(text, field="text", needed=True)
        ret, now = self._seen(return_id), self.clock()
        note_id = note_id_of(name, words, member.actor) or new_id("nte", now, self.entropy)
        return self.cases.add_note(ret.return_id, Note(note_id, words, member.actor, now))

    def evidence_url(
        self, member: Member, return_id: str, evidence_id: str, size: Size = Size.PHOTO
    ) -> str:
        """A link, for minutes, to a piece of evidence.

        That evidence of the return was seen is in the audit trail before the link is given, once
        per member and half hour (R-STF-07).

        Raises:
            NotPermittedError: Not with these roles.
            PhotoNotFoundError, VideoNotFoundError: That return has no such evidence.
        """
        require(member, READ_EVIDENCE)
        return self._url(member, return_id, evidence_id, size)

    def _url(self, member: Member, return_id: str, evidence_id: str, size: Size) -> str:
        slot = self.evidence.slot(return_id, evidence_id)
        self.trail.record_look(member, return_id)
        if slot.is_video:
            return self.evidence.videos.url(slot)
        if size is Size.THUMBNAIL:
            return self.evidence.thumbnail_url(slot)
        return self.evidence.photo_url(slot)

    def _handed(self, member: Member, handed: Handed) -> str:
        require(member, COUNTER)
        if handed.to != member.actor:
            raise ReturnNotFoundError("We can't find that return.")
        return handed.return_id

    def _seen(self, return_id: str) -> Return:
        return self._named(return_id).as_of(self.clock())

    def _look_alikes(self, member: Member, evidence: Iterable[Evidence]) -> Iterator[LookAlike]:
        """The photos of other returns that these are like, as far as they are still there.

        What only a newer version can read is left out: this return is to be looked at all the same.
        """
        pairs = [(of, match) for of in evidence for match in of.matches][:_MOST_ALIKE]
        others = {match.return_id: self._other(member, match.return_id) for _, match in pairs}
        for of, match in pairs:
            if other := others[match.return_id]:
                photo = other.photos.get(match.evidence_id)
                if photo and photo.state is EvidenceState.ACCEPTED:
                    yield LookAlike(match, of, photo, other.ret.ticket, other.ret.order_number)

    def _other(self, member: Member, return_id: str) -> _Other | None:
        try:
            ret = self.store.get(return_id)
            if ret is None:
                return None
            photos = self.evidence.of_return(return_id)
        except NewerDataError:
            return None
        self.trail.record_read(member, return_id)
        return _Other(ret, {slot.evidence_id: slot for slot in photos})


def _may(member: Member, ret: Return) -> frozenset[str]:
    """The verbs that this member may call on the return as it is."""
    proposal = ret.review.proposal if ret.review else None
    can_confirm = proposal is not None and proposal.by != member.actor
    return frozenset(
        verb
        for verb in (READ, CLAIM, DECIDE, CONFIRM, ASK, WITHDRAW, NOTE, READ_EVIDENCE)
        if may(member, verb)
        and ret.status in _WHILE.get(verb, frozenset(ReturnStatus))
        and (verb != CONFIRM or can_confirm)
    )


def _faceless(order: Order) -> Order:
    return replace(order, purchase=replace(order.purchase, email="")) if order.purchase else order
