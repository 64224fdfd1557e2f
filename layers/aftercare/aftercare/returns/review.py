"""What staff do with a return that waits for a person: claim it, decide, confirm, ask for more."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.due.model import Timer
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import new_id
from aftercare.returns import events
from aftercare.returns.case_desk import ASK, CLAIM, CONFIRM, DECIDE, WITHDRAW, CaseDesk
from aftercare.returns.errors import EvidenceMissingError
from aftercare.returns.judgement import EvidenceRequest, Judgement, Proposal, Review
from aftercare.returns.judging import (
    Said,
    asked_for,
    handed_back,
    has_said,
    judgements_in,
    judgements_of,
    kinds_in,
    no_longer_asked,
    proposed,
    review_of,
    settled,
    words_in,
)
from aftercare.returns.later_looks import later_looks
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.notes import Note
from aftercare.returns.queueing import needs_second
from aftercare.returns.review_errors import (
    CaseClaimedError,
    NoProposalError,
    SamePersonError,
)
from aftercare.returns.review_rules import ReviewRules, rules_on
from aftercare.staff.model import Member
from aftercare.staff.policy import require

_DECIDED = frozenset({events.APPROVED, events.DECLINED})


class ReviewService(CaseDesk):
    """Verbs of staff on one return.

    A verb that decides takes the version that its form showed. If anything has happened to the
    return since, it writes nothing and says what (R-REV-03). A claim is no such thing: it tells
    others who is at it, and keeps nobody from deciding.
    """

    __slots__ = ()

    @on_fresh_state
    def claim(self, member: Member, return_id: str) -> Return:
        """Tells others for ten minutes that this member is at it (R-REV-01).

        Safe to repeat: it begins anew.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError, NotInReviewError: No such return, or it waits for nobody.
            CaseClaimedError: Somebody else claimed it; the claim ends by itself.
        """
        require(member, CLAIM)
        ret, now = self._seen(return_id), self.clock()
        review = review_of(ret, ReturnStatus.IN_REVIEW, ReturnStatus.NEEDS_EVIDENCE)
        by, until = review.claimed_by, review.claimed_until
        if by and until and by != member.actor and now < until:
            raise CaseClaimedError(return_id, by, until)
        until = now + self._rules(review).claim
        return self._claimed(ret, review.claimed(member.actor, member.name, until))

    @on_fresh_state
    def release(self, member: Member, return_id: str) -> Return:
        """Takes back the member's own claim; another's stays. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
        """
        require(member, CLAIM)
        ret = self._seen(return_id)
        if ret.review is None or ret.review.claimed_by != member.actor:
            return ret
        return self._claimed(ret, ret.review.released())

    @on_fresh_state
    def decide(
        self, member: Member, return_id: str, version: int, said: Mapping[str, Said]
    ) -> Return:
        """Decides on each line: line id → whether it is accepted, why, and words to the customer.

        The rules of the day of asking decide again: what they refuse now is left out, whoever
        accepted it (R-RET-42). Without any other line the return is declined; what is not taken
        back is free at once. Above a market's amount the decision is a proposal that waits for a
        second person; it takes the place of an earlier one (R-REV-02). Safe to repeat: what this
        member has decided in the same words is unchanged.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError, NotInReviewError: No such return, or it does not wait for this.
            StaleCaseError: Something happened since `version`; nothing was written.
            JudgementInvalidError: A line is missing, or a reason does not fit.
            EvidenceMissingError: A line is accepted whose evidence was not.
        """
        require(member, DECIDE)
        ret = self._seen(return_id)
        proposal = ret.review.proposal if ret.review else None
        before = proposal.judgements if proposal else judgements_in(ret)
        if said and has_said(before, said, member.actor):
            return ret
        self._refuse_if_stale(ret, version)
        review, now = review_of(ret, ReturnStatus.IN_REVIEW), self.clock()
        judgements = judgements_of(ret, said, member.actor, now)
        after = self._settled_by(ret, Verb.DECIDE, judgements)
        if needs_second(ret, review):
            after = proposed(ret, review, Proposal(judgements, member.actor, now))
            self.store.advance(after, self._entry(after, events.PROPOSED, member.actor))
            return after
        return self._settle(after, member.actor)

    @on_fresh_state
    def confirm(self, member: Member, return_id: str, version: int) -> Return:
        """Makes another member's proposal the decision; the rules decide again, as in `decide`.

        Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError, NotInReviewError: No such return, or it does not wait for this.
            StaleCaseError: Something happened since `version`; nothing was written.
            NoProposalError: Nothing waits for a second person.
            SamePersonError: The member proposed it (R-REV-02).
            EvidenceMissingError: A line is accepted whose evidence was not.
        """
        require(member, CONFIRM)
        ret = self._seen(return_id)
        if self._has_done(ret, version, member, _DECIDED):
            return ret
        proposal = self._proposal(ret, version, member)
        return self._settle(self._settled_by(ret, Verb.CONFIRM, proposal.judgements), member.actor)

    @on_fresh_state
    def hand_back(self, member: Member, return_id: str, version: int, words: str) -> Return:
        """Takes another member's proposal off the return, and notes for them why (R-REV-02).

        Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError, NotInReviewError: No such return, or it does not wait for this.
            StaleCaseError: Something happened since `version`; nothing was written.
            NoProposalError, SamePersonError: As `confirm`.
            JudgementInvalidError: No words, or too many.
        """
        require(member, CONFIRM)
        why = words_in(words, needed=True)
        ret, now = self._seen(return_id), self.clock()
        if self._has_done(ret, version, member, {events.HANDED_BACK}) and any(
            (note.text, note.by) == (why, member.actor) for note in self.cases.notes(return_id)
        ):
            return ret
        self._proposal(ret, version, member)
        after = handed_back(ret, review_of(ret, ReturnStatus.IN_REVIEW))
        note = Note(new_id("nte", now, self.entropy), why, member.actor, now)
        entry = self._entry(after, events.HANDED_BACK, member.actor)
        self.store.advance(after, entry, note=note)
        return after

    @on_fresh_state
    def ask_for_evidence(
        self,
        member: Member,
        return_id: str,
        version: int,
        kinds: Collection[EvidenceKind],
        words: str = "",
    ) -> Return:
        """Asks the customer to show more, in words of one's own that may be empty (R-REV-04).

        The return leaves the queue until they answer or 14 days have passed. A proposal rests on
        too little then, and is dropped. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError, NotInReviewError: No such return, or it does not wait for this.
            StaleCaseError: Something happened since `version`; nothing was written.
            JudgementInvalidError: No kind of evidence, or too many words.
        """
        require(member, ASK)
        wanted, asked = kinds_in(tuple(kinds)), words_in(words)
        ret, now = self._seen(return_id), self.clock()
        before = ret.review.wanted if ret.review else None
        is_same = before is not None and before[:3] == (wanted, asked, member.actor)
        if is_same and self._has_done(ret, version, member, {events.EVIDENCE_WANTED}):
            return ret
        self._refuse_if_stale(ret, version)
        review = review_of(ret, ReturnStatus.IN_REVIEW)
        due_at = now + self._rules(review).answer_within
        request = EvidenceRequest(wanted, asked, member.actor, now, due_at)
        after = asked_for(ret, review, request)
        data = {"kinds": " ".join(wanted), "due_at": to_text(due_at)}
        entry = self._entry(after, events.EVIDENCE_WANTED, member.actor, **data)
        self.store.advance(after, entry, Timer(events.EVIDENCE_REQUEST_DUE, return_id, due_at))
        return after

    @on_fresh_state
    def withdraw_request(self, member: Member, return_id: str, version: int) -> Return:
        """Takes back what the customer was asked for, before they answer (R-REV-07).

        Whoever asked. The return is in review again, in its old place; the day until which somebody
        looks stays, if it is still to come. What the customer has shown by then counts. Safe to
        repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError, NotInReviewError: No such return, or nobody is asked.
            StaleCaseError: Something happened since `version`; nothing was written.
        """
        require(member, WITHDRAW)
        ret = self._seen(return_id)
        if self._has_done(ret, version, member, {events.REQUEST_WITHDRAWN}):
            return ret
        self._refuse_if_stale(ret, version)
        review = review_of(ret, ReturnStatus.NEEDS_EVIDENCE)
        after = no_longer_asked(ret, review, self._look_by(ret, review.look_by))
        entry = self._entry(after, events.REQUEST_WITHDRAWN, member.actor)
        self.store.advance(after, entry, *later_looks(return_id, self.clock()))
        return after

    def _proposal(self, ret: Return, version: int, member: Member) -> Proposal:
        self._refuse_if_stale(ret, version)
        proposal = review_of(ret, ReturnStatus.IN_REVIEW).proposal
        if proposal is None:
            raise NoProposalError(ret.return_id)
        if proposal.by == member.actor:
            raise SamePersonError(ret.return_id)
        return proposal

    def _settled_by(self, ret: Return, verb: Verb, judgements: Mapping[str, Judgement]) -> Return:
        lines = self._decided_again(ret)
        for line in lines:
            if judgements[line.line_id].accepted and not (line.passed or line.refusals):
                raise EvidenceMissingError(
                    "The evidence of this item has not been accepted.", line_id=line.line_id
                )
        return settled(ret, verb, lines, judgements)

    def _settle(self, after: Return, actor: Actor) -> Return:
        is_approved = after.status is ReturnStatus.APPROVED
        entry_type = events.APPROVED if is_approved else events.DECLINED
        kept = {line.line_id for line in after.lines} if is_approved else set()
        mine = after.left_out if is_approved else after.lines
        freed = [line for line in mine if line.judgement and line.line_id not in kept]
        self.store.release(after, self._entry(after, entry_type, actor), freed)
        return after

    def _decided_again(self, ret: Return) -> tuple[ReturnLine, ...]:
        order = self.orders.get(ret.order_number)
        case = self._case(
            order,
            self.store.held(order),
            own={line.line_id: line.units for line in ret.lines},
            given=self._given(ret),
        )
        return case.decided_again(ret)

    def _claimed(self, ret: Return, review: Review) -> Return:
        after = replace(ret, review=review)
        self.store.save_claim(after)
        return replace(after, version=(ret.version or 0) + 1)

    def _rules(self, review: Review) -> ReviewRules:
        return rules_on(review.since.date())
