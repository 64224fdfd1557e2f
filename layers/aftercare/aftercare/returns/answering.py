"""What a customer shows after the submission, because somebody asked for it."""

from datetime import date, datetime

from aftercare.addresses.zones import zone_of
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import local_day
from aftercare.kernel.due.model import now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.returns import events
from aftercare.returns.drafts import DraftService
from aftercare.returns.judging import back_in_review
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.photos import going_on


class AnsweringService(DraftService):
    """A return that needs evidence waits for its customer, and goes back to review in the end."""

    __slots__ = ()

    @on_fresh_state
    def answer_request(self, email_key: str, return_id: str, *, actor: Actor) -> Return:
        """Tells staff that the customer has shown what they can, and puts the return into review.

        Also without anything new: who can't show it need not wait for the time to run out
        (R-REV-04). The return keeps its place in the queue. Safe to repeat: one that is not waited
        for is unchanged.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError: It came to nothing.
        """
        ret = self.owned(email_key, return_id)
        if ret.status is not ReturnStatus.NEEDS_EVIDENCE:
            return going_on(ret)
        return self._put_back(ret, events.EVIDENCE_ANSWERED, actor)

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
        return self._put_back(ret, events.EVIDENCE_OVERDUE, actor)

    def _put_back(self, ret: Return, entry_type: str, actor: Actor) -> Return:
        after = back_in_review(ret, self._look_by(ret))
        self.store.advance(after, self._entry(after, entry_type, actor))
        return after

    def _look_by(self, ret: Return) -> date | None:
        """Until when a person looks again, on the customer's clock."""
        purchase = self.orders.get(ret.order_number).purchase
        if ret.screening is None or purchase is None:
            return None
        today = local_day(self.clock(), zone_of(purchase.ship_to, purchase.market))
        return self.screener().look_by(ret.screening, purchase.market, today)
