"""The steps of a return: chosen, photographed, submitted, approved, labelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.evidence.model import Evidence
from aftercare.evidence.service import EvidenceService
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, is_id, new_id, new_ticket
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import LabelFailed, LabelReleased
from aftercare.labels.model import LabelRequest
from aftercare.orders.model import Order
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.choice import (
    checked_note,
    chosen_lines,
    decisions_on_one,
    facts_of,
    policy_for,
    sold_units,
)
from aftercare.returns.errors import (
    EvidenceMissingError,
    ReturnClosedError,
    ReturnNotFoundError,
    TooManyDraftsError,
    UnitsTakenError,
    refusal_of,
)
from aftercare.returns.model import (
    IssuedLabel,
    LineOutlook,
    Reason,
    Return,
    ReturnLine,
    ReturnStatus,
)
from aftercare.returns.policy import Decision, decide

if TYPE_CHECKING:
    from aftercare.returns.policies import PolicyBook
    from aftercare.returns.store import ReturnStore

# Bounds what one customer can have screened: a draft takes 12 photos of 15 MB (R-RET-13).
MOST_DRAFTS = 100
_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class ReturnService:
    """Every write applies the policy again and stores the decision with the return (R-RET-10)."""

    store: "ReturnStore"
    orders: OrderService
    evidence: EvidenceService
    policies: "PolicyBook"
    clock: Clock
    entropy: Entropy

    def outlook(self, order: Order) -> tuple[LineOutlook, ...]:
        """For each line of an order, the decision on a return of one unit now, for each cause.

        Raises:
            NoPolicyError: This kind of order is not handled here.
        """
        now = self.clock()
        policy = policy_for(order, self.policies, now)
        available = self._available(order, own={})
        return tuple(
            LineOutlook(line.line_id, available[line.line_id], decisions)
            for line in order.lines
            if (decisions := decisions_on_one(policy, order, line.line_id, available, now))
        )

    @on_fresh_state
    def choose(
        self,
        email_key: str,
        return_id: str,
        order_number: str,
        *,
        units: Mapping[str, int],
        reason: Reason,
        note: str,
        actor: Actor,
    ) -> Return:
        """Writes the customer's choice as a draft, which holds no units, or changes the draft.

        The id comes from the form, so that sending the form twice makes one draft. A submitted
        return is returned unchanged.

        Raises:
            OrderNotFoundError, ReturnNotFoundError: Not this customer's.
            ChoiceInvalidError: No units, too many, of another order, or too long a note.
            NoPolicyError, ReturnRefusedError: The policy does not allow it.
            TooManyDraftsError: The customer began 100 others today.
        """
        order = self.orders.owned(order_number, email_key)
        stored = self._stored(email_key, return_id)
        if stored and not stored.is_draft:
            return stored
        now, lines = self.clock(), chosen_lines(order, units)
        draft = Return(
            return_id=return_id,
            email_key=email_key,
            order_number=order.order_number,
            lines=lines,
            reason=reason,
            note=checked_note(note),
            decision=self._not_refused(order, lines, reason, as_of=now, photos=0),
            created_at=now,
            chosen_by=actor,
            version=stored.version if stored else None,
        )
        if stored and stored.same_choice(draft):
            return stored
        if stored is None:
            self._count_draft(email_key, now)
        self.store.save_draft(draft)
        return draft

    def owned(self, email_key: str, return_id: str) -> Return:
        """The customer's return.

        Raises:
            ReturnNotFoundError: No such return, or another customer's: the two look the same.
        """
        ret = self._stored(email_key, return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        return ret

    def add_photo(
        self, email_key: str, return_id: str, content_type: str, *, actor: Actor
    ) -> Evidence:
        """Opens a slot for one more photo in a draft.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnClosedError: The return was submitted.
            PhotoTypeError, TooManyPhotosError: See `EvidenceService.open_slot`.
        """
        if not self.owned(email_key, return_id).is_draft:
            raise ReturnClosedError("This return was submitted; its photos are settled.")
        return self.evidence.open_slot(return_id, content_type, actor=actor)

    @on_fresh_state
    def submit(self, email_key: str, return_id: str, *, actor: Actor) -> Return:
        """Submits the draft: it gets a ticket and holds its units (R-RET-08). Safe to repeat.

        Raises:
            ReturnNotFoundError: Not this customer's.
            EvidenceMissingError: Not enough photos were accepted yet.
            ReturnRefusedError: The policy does not allow it (any more).
            UnitsTakenError: Another return holds the units.
        """
        draft = self.owned(email_key, return_id)
        try:
            return self._submit(draft, actor) if draft.is_draft else draft
        except UnitsTakenError:
            # This return may hold them itself: the customer tapped twice.
            current = self.owned(email_key, return_id)
            if current.is_draft:
                raise
            return current

    @on_fresh_state
    def approve(self, return_id: str, *, actor: Actor) -> Return:
        """Applies the policy to a submitted return again: approves it, or declines and frees it.

        The policy and the day of the submission count, not today's (R-RET-10). Safe to repeat: a
        return that has moved on is unchanged.

        Raises:
            ReturnNotFoundError: No such return.
        """
        submitted = self._any(return_id)
        if submitted.status is not ReturnStatus.SUBMITTED:
            return submitted
        decision = self._decide(
            self.orders.get(submitted.order_number),
            submitted.lines,
            submitted.reason,
            as_of=submitted.submitted_at or submitted.created_at,
            photos=self.evidence.accepted(return_id),
            own={line.line_id: line.units for line in submitted.lines},
        )
        if decision.passed:
            after = submitted.approve(decision)
            self.store.advance(after, self._entry(after, events.APPROVED, actor))
        else:
            after = submitted.decline(decision)
            self.store.release(after, self._entry(after, events.DECLINED, actor))
        return after

    def label_request(self, return_id: str) -> LabelRequest | None:
        """What the label of an approved return needs; none if the return needs no label.

        Raises:
            ReturnNotFoundError: No such return, or its order has no address.
        """
        ret = self._any(return_id)
        if ret.status is not ReturnStatus.APPROVED:
            return None
        purchase = self.orders.get(ret.order_number).purchase
        if purchase is None:
            raise ReturnNotFoundError("The return's order has no address.", return_id=return_id)
        return LabelRequest(return_id, ret.ticket, purchase.market, purchase.ship_to)

    @on_fresh_state
    def attach_label(self, released: LabelReleased, *, actor: Actor) -> Return:
        """Hands a released label to the customer. Safe to repeat: a return has one label.

        Raises:
            ReturnNotFoundError: No such return.
            BusyError: The return is not approved yet; a later attempt will succeed.
        """
        ret = self._any(released.return_id)
        if ret.status is ReturnStatus.SUBMITTED:
            raise BusyError("This return is not approved yet.", return_id=ret.return_id)
        if ret.status is not ReturnStatus.APPROVED:
            return ret
        after = ret.attach(IssuedLabel.of(released))
        self.store.advance(after, self._entry(after, events.LABEL_READY, actor))
        return after

    @on_fresh_state
    def record_label_failure(self, failed: LabelFailed, *, actor: Actor) -> Return:
        """Notes on the timeline that a return's label could not be made, once for each fault.

        The return stays approved: a later attempt may release the label. Safe to repeat.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret = self._any(failed.return_id)
        if ret.status is not ReturnStatus.APPROVED or ret.label_fault == failed.fault:
            return ret
        after = replace(ret, label_fault=failed.fault)
        self.store.advance(
            after, self._entry(after, events.LABEL_FAILED, actor, fault=failed.fault)
        )
        return after

    def timeline(self, ret: Return) -> tuple[Entry, ...]:
        return self.store.timeline(ret.return_id)

    def of_customer(self, email_key: str) -> tuple[Return, ...]:
        """The customer's 50 newest returns, drafts too; a change shows within seconds."""
        return self.store.of_customer(email_key, limit=_MOST_LISTED)

    def _submit(self, draft: Return, actor: Actor) -> Return:
        order = self.orders.owned(draft.order_number, draft.email_key)
        now, photos = self.clock(), self.evidence.accepted(draft.return_id)
        decision = self._not_refused(order, draft.lines, draft.reason, as_of=now, photos=photos)
        if not decision.passed:
            raise EvidenceMissingError(
                "We need a photo that passed our check before you can submit.",
                photos_needed=decision.photos_needed,
            )
        after = draft.submit(new_ticket(self.entropy), decision, now)
        self.store.submit(
            after, self._entry(after, events.SUBMITTED, actor), limits=sold_units(order)
        )
        return after

    def _count_draft(self, email_key: str, now: datetime) -> None:
        if self.store.count_draft(email_key, now) > MOST_DRAFTS:
            raise TooManyDraftsError(
                "That's a lot of returns for one day. Please go on with one of them, or tomorrow."
            )

    def _not_refused(
        self,
        order: Order,
        lines: Sequence[ReturnLine],
        reason: Reason,
        *,
        as_of: datetime,
        photos: int,
    ) -> Decision:
        """The decision on a customer's choice; one that breaks a rule is raised."""
        decision = self._decide(order, lines, reason, as_of=as_of, photos=photos)
        if decision.refusals:
            raise refusal_of(decision)
        return decision

    def _stored(self, email_key: str, return_id: str) -> Return | None:
        """The customer's return with that id; none if there is none yet."""
        if not is_id(return_id, "ret"):
            raise ReturnNotFoundError("We can't find that return.")
        ret = self.store.get(return_id)
        if ret and ret.email_key != email_key:
            raise ReturnNotFoundError("We can't find that return.")
        return ret

    def _any(self, return_id: str) -> Return:
        ret = self.store.get(return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        return ret

    def _decide(
        self,
        order: Order,
        lines: Sequence[ReturnLine],
        reason: Reason,
        *,
        as_of: datetime,
        photos: int,
        own: Mapping[str, int] | None = None,
    ) -> Decision:
        """The policy's decision; `own` units are those that this return holds already."""
        policy = policy_for(order, self.policies, as_of)
        facts = facts_of(
            order,
            reason.cause,
            requested={line.line_id: line.units for line in lines},
            available=self._available(order, own or {}),
            as_of=as_of,
            photos=photos,
        )
        return decide(policy, facts)

    def _available(self, order: Order, own: Mapping[str, int]) -> dict[str, int]:
        held = self.store.claimed_units(order.order_number)
        return {
            line_id: sold - held.get(line_id, 0) + own.get(line_id, 0)
            for line_id, sold in sold_units(order).items()
        }

    def _entry(self, ret: Return, entry_type: str, actor: Actor, **data: str) -> Entry:
        now = self.clock()
        return Entry(
            entry_id=new_id("ent", now, self.entropy),
            entry_type=entry_type,
            subject=ret.return_id,
            occurred_at=now,
            data={"ticket": ret.ticket, **data},
            actor=actor,
        )
