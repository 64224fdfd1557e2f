"""What a customer shows after the submission, because somebody asked for it."""

from dataclasses import replace
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.due.model import now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.returns import events
from aftercare.returns.drafts import DraftService
from aftercare.returns.judging import back_in_review
from aftercare.returns.later_looks import later_looks
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.photos import going_on
from aftercare.returns.zones import zone_of_order


class AnsweringService(DraftService):
    """A return that needs evidence waits for its customer, and goes back to review in the end."""

    __slots__ = ()

    @on_fresh_state
    def answer_request(self, email_key: str, return_id: str, *, actor: Actor) -> Return:
        """Tells staff that the customer has shown what they can, and puts the return into review.

        Also without anything new: who can't show it need not wait for the time to run out
        (R-REV-04). The return keeps its place in the queue. What is still being uploaded is
        screened once it is here (R-SCR-10). Safe to repeat: one that is not waited for is
        unchanged.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError: It came to nothing.
        """
        ret = self.owned(email_key, return_id)
        if ret.status is not ReturnStatus.NEEDS_EVIDENCE:
            return going_on(ret)
        now = self.clock()
        after = back_in_review(ret, self._look_by(ret), now)
        entry = self._entry(after, events.EVIDENCE_ANSWERED, actor)
        self.store.advance(after, entry, *later_looks(return_id, now))
        return after

    @on_fresh_state
    def end_request(
        self, return_id: str, due_at: datetime | None = None, *, actor: Actor
    ) -> Return:
        """Puts a return back into review whose customer has not answered in time (R-REV-04).

        Nothing is decided by that. Safe to repeat, at any time: an answer, or a later request,
        leaves an older timer nothing to do. `due_at`: see `now_or`.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret = self._any(return_id)
        wanted, now = ret.review.wanted if ret.review else None, now_or(due_at, self.clock())
        is_early = wanted is not None and now < wanted.due_at
        if ret.status is not ReturnStatus.NEEDS_EVIDENCE or is_early:
            return ret
        after = back_in_review(ret, self._look_by(ret), None)
        entry = self._entry(after, events.EVIDENCE_OVERDUE, actor)
        self.store.advance(after, entry, *later_looks(return_id, self.clock()))
        return after

    @on_fresh_state
    def screen_further(self, return_id: str, *, actor: Actor) -> Return:
        """Screens what a customer showed since their return was put into review (R-SCR-09).

        What is noticed is added to its screening; what was noticed before stays, and a person
        decides in any case. Safe to repeat: evidence is screened once, and not where nobody waits
        for a decision any more.

        Raises:
            ReturnNotFoundError: No such return.
            UnavailableError, BusyError: Something that the screening needs can't be read now.
        """
        ret = self._any(return_id)
        if ret.status is not ReturnStatus.IN_REVIEW:
            return ret
        order, before = self.orders.get(ret.order_number), ret.screening
        screening = self.screener().screened_further(
            ret, order, self._accepted(ret), zone_of_order(order)
        )
        if before is None or screening is None:
            return ret
        after = replace(ret, screening=screening)
        codes = " ".join(each.code for each in screening.signals if each not in before.signals)
        entry = self._entry(after, events.SCREENED_FURTHER, actor, signals=codes)
        self.store.advance(after, entry)
        return after
