"""Drafts: begun with a ticket, changed as often as people like, submitted in time or lapsed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import new_ticket
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.choice import as_granted, asked, chosen_lines
from aftercare.returns.errors import (
    ReturnClosedError,
    ReturnNotFoundError,
    UnitsTakenError,
    refuse_if_incomplete,
    refuse_if_not_shown,
    refuse_if_refused,
)
from aftercare.returns.model import AgreedDeduction, ChosenLine, Return, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.photos import going_on
from aftercare.returns.policy import Payer
from aftercare.returns.units import returnable_units
from aftercare.returns.videos import VideoUploadService

# Evidence is due 48 hours after the ticket was given; halfway, the customer is reminded (R-EVD-23).
EVIDENCE_WITHIN = timedelta(hours=48)
REMINDED_AFTER = timedelta(hours=24)
_MOST_SEARCHED = 50


class DraftService(VideoUploadService):
    """Every save applies the policy again; only a submission may be refused (R-RET-10, R-RET-36).

    A draft holds no units.
    """

    __slots__ = ()

    def draft_of(self, email_key: str, order_number: str) -> Return | None:
        """The customer's draft of that order, with which they go on."""
        return self._draft_beside(
            email_key, order_number, self.store.draft_id(email_key, order_number)
        )

    def decided_now(self, draft: Return, order: Order) -> Return:
        """The draft of that order, decided on as its submission would be now, but for its photos.

        It says what its label would take off the refund, which `submit` wants to have been shown.
        The decisions of its last save may be overtaken: units came free, a policy became better.

        Raises:
            NoPolicyError: The order isn't handled here any more.
        """
        case, now = self._case(order, self.store.held(order)), self.clock()
        lines = case.decided(draft.lines, now, draft.evidence_due_at)
        return self._with_deduction(replace(draft, lines=lines), order, now)

    @on_fresh_state
    def save_draft(
        self,
        email_key: str,
        return_id: str,
        order_number: str,
        lines: Mapping[str, ChosenLine],
        *,
        language: str = "en",
        another: bool = False,
        actor: Actor,
    ) -> Return:
        """Writes what the customer chose as a draft, or changes the draft (R-RET-37).

        Lines that are not named stay as they are, whoever wrote them; one of zero units is taken
        out. What an order that was edited no longer has stays until then, too.

        The first save gives it its ticket and says when its evidence is due. Lines that the policy
        refuses are saved like the others, with their decision: nothing typed is lost.

        The id comes from the form, so that sending the form twice makes one draft. An order has one
        draft of a customer: what another form begins meanwhile becomes part of it, unless it asks
        for `another`. A submitted return is returned unchanged.

        Raises:
            OrderNotFoundError, ReturnNotFoundError: Not this customer's.
            ChoiceInvalidError: No units, too many, of another order, or too long a note.
            NoPolicyError: The order isn't handled here.
            ReturnLapsedError, ReturnEndedError: The draft lapsed, or was discarded.
            TooManyDraftsError: The customer began 100 others today.
        """
        order = self.orders.owned(order_number, email_key)
        stored = self._stored(email_key, return_id)
        before = self._before(stored, email_key, order)
        if not (stored or another):
            stored = self._draft_beside(email_key, order.order_number, before)
        if stored and not stored.is_draft:
            return going_on(stored)
        begun = stored or _begun(email_key, return_id, order, self.clock(), actor)
        draft = self._decided(order, begun, {**begun.choice, **lines}, actor)
        return self._save(replace(draft, language=language), stored, before, actor)

    @on_fresh_state
    def begin_again(
        self, email_key: str, lapsed_id: str, return_id: str, *, language: str, actor: Actor
    ) -> Return:
        """A draft of what a lapsed return asked for, as far as the order still has it (R-RET-40).

        If the order has a draft, it becomes part of that; what is said there already stays. Its
        photos follow with `take_over`. Safe to repeat.

        Raises:
            ReturnNotFoundError: Not this customer's, or it did not lapse.
            OrderNotFoundError, ChoiceInvalidError, NoPolicyError, TooManyDraftsError: As
            `save_draft`.
        """
        lapsed = self.owned(email_key, lapsed_id)
        if lapsed.status is not ReturnStatus.LAPSED:
            raise ReturnNotFoundError("We can't find that return.")
        order = self.orders.owned(lapsed.order_number, email_key)
        draft = self.draft_of(email_key, order.order_number)
        said = draft.choice if draft else {}
        lines = {
            line.line_id: chosen._replace(units=min(chosen.units, line.quantity))
            for line in order.lines
            if line.line_id not in said and (chosen := lapsed.choice.get(line.line_id))
        }
        if draft and not lines:
            return draft
        return self.save_draft(
            email_key,
            draft.return_id if draft else return_id,
            order.order_number,
            lines,
            language=language,
            actor=actor,
        )

    @on_fresh_state
    def discard(self, email_key: str, return_id: str, *, actor: Actor) -> Return:
        """Throws a draft away, also one that lapsed; its photos are removed afterwards.

        Safe to repeat.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnClosedError: It was submitted: see `cancel`.
        """
        ret = self.owned(email_key, return_id)
        if ret.status is ReturnStatus.DISCARDED:
            return ret
        if ret.status not in {ReturnStatus.DRAFT, ReturnStatus.LAPSED}:
            raise ReturnClosedError("This return was submitted; its photos are settled.")
        after = ret.moved(Verb.DISCARD, ReturnStatus.DISCARDED)
        self.store.advance(after, self._entry(after, events.DISCARDED, actor))
        return after

    @on_fresh_state
    def remind(self, return_id: str, due_at: datetime | None = None, *, actor: Actor) -> Return:
        """Reminds the customer of a draft that was not submitted yet, once.

        Safe to repeat, at any time: only a draft that is a day old and has not lapsed is reminded
        of, unless the shop has paid the customer back already. `due_at`: see `now_or`.
        """
        draft, now = self._any(return_id), now_or(due_at, self.clock())
        is_early = draft.evidence_due_at is None or now < draft.evidence_due_at - REMINDED_AFTER
        is_told = draft.repayment is not None or events.EVIDENCE_REMINDED in draft.reminded
        if is_early or is_told or not draft.as_of(now).is_draft:
            return draft
        after = replace(draft, reminded=(*draft.reminded, events.EVIDENCE_REMINDED))
        self.store.advance(after, self._entry(after, events.EVIDENCE_REMINDED, actor))
        return after

    @on_fresh_state
    def lapse(self, return_id: str, due_at: datetime | None = None, *, actor: Actor) -> Return:
        """Writes down that a draft has lapsed, as every reader says already (R-EVD-23).

        Safe to repeat, at any time. `due_at`: see `now_or`.
        """
        draft = self._any(return_id)
        after = draft.as_of(now_or(due_at, self.clock()))
        if after.status is not ReturnStatus.LAPSED or draft.status is ReturnStatus.LAPSED:
            return draft
        self.store.advance(after, self._entry(after, events.LAPSED, actor))
        return after

    @on_fresh_state
    def submit(
        self,
        email_key: str,
        return_id: str,
        *,
        shown: AgreedDeduction | None = None,
        actor: Actor,
    ) -> Return:
        """Submits the draft: it holds its units from now on (R-RET-08). Safe to repeat.

        `shown` is what the customer was shown that the label takes off their refund; the return
        keeps what it takes off at most (R-RET-72).

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError: It lapsed, or was discarded or cancelled.
            ChoiceInvalidError: A line has no reason, or nobody said whether it is sealed.
            EvidenceMissingError: Not enough photos were accepted yet.
            ReturnRefusedError: The policy does not allow it (any more).
            UnitsTakenError: Another return holds the units; it says of which lines.
            DeductionNotShownError: More would be taken off than was shown.
        """
        draft = self.owned(email_key, return_id)
        if not draft.is_draft:
            return going_on(draft)
        try:
            return self._submit(draft, shown, actor)
        except UnitsTakenError:
            # This return may hold them itself: the customer tapped twice.
            current = self.owned(email_key, return_id)
            if current.is_draft:
                raise
            return current

    def _submit(self, draft: Return, shown: AgreedDeduction | None, actor: Actor) -> Return:
        order = self.orders.owned(draft.order_number, draft.email_key)
        now, given = self.clock(), self._given(draft)
        held = self.store.held(order)
        lines = self._case(order, held, given=given).decided(
            draft.lines, now, draft.evidence_due_at
        )
        decided = self._with_deduction(replace(draft, lines=lines), order, now)
        after = decided.submit(draft.ticket or new_ticket(self.entropy), now)
        refuse_if_refused(after)
        refuse_if_incomplete(after)
        refuse_if_not_shown(after, shown)
        self.store.submit(
            after,
            self._entry(after, events.SUBMITTED, actor),
            limits=returnable_units(order, held.settled),
            is_new_ticket=not draft.ticket,
        )
        return after

    def _with_deduction(self, draft: Return, order: Order, now: datetime) -> Return:
        """The draft with what its label would take off the refund, by the rules of today."""
        if order.purchase is None or draft.payer is not Payer.BUYER:
            return replace(draft, agreed_deduction=None)
        from aftercare.returns.remedy_rules import published  # noqa: PLC0415 - few buyers pay

        rules = (self.remedies or published()).in_force(now.date())
        return replace(draft, agreed_deduction=rules.deduction_of(draft, order.purchase))

    def _decided(
        self, order: Order, begun: Return, chosen: Mapping[str, ChosenLine], actor: Actor
    ) -> Return:
        """The draft with those lines, each with its decision now; nothing is written yet."""
        now = self.clock()
        if not begun.ticket:  # the first save, or the first one since drafts have tickets
            due_at = now + EVIDENCE_WITHIN
            begun = replace(begun, ticket=new_ticket(self.entropy), evidence_due_at=due_at)
        lines = asked(chosen_lines(order, chosen, begun.lines), begun, now)
        case = self._case(order, self.store.held(order))
        decided = case.decided(lines, now, begun.evidence_due_at)
        return replace(begun, lines=as_granted(decided), chosen_by=actor)

    def _save(self, draft: Return, stored: Return | None, before: str, actor: Actor) -> Return:
        """Writes the draft; a new one takes the place of the draft `before` in its order."""
        if stored and stored.ticket:
            if not stored.same_choice(draft) or stored.language != draft.language:
                self.store.save_draft(draft)
            return draft
        due_at = draft.evidence_due_at or self.clock() + EVIDENCE_WITHIN
        self.store.begin(
            draft,
            self._entry(draft, events.CREATED, actor, evidence_due_at=to_text(due_at)),
            now=self.clock(),
            before=before,
            timers=(
                Timer(events.EVIDENCE_REMINDER_DUE, draft.return_id, due_at - REMINDED_AFTER),
                Timer(events.EVIDENCE_LAPSE_DUE, draft.return_id, due_at),
            ),
        )
        return draft

    def _before(self, stored: Return | None, email_key: str, order: Order) -> str:
        """The order's draft, in whose place a draft without a ticket comes when it is written."""
        has_ticket = stored is not None and bool(stored.ticket)
        return "" if has_ticket else self.store.draft_id(email_key, order.order_number)

    def _draft_beside(self, email_key: str, order_number: str, return_id: str) -> Return | None:
        """The order's draft; if that one has ended, another that the customer has of the order."""
        if not return_id:
            return None
        if live := self._live_draft(email_key, return_id):
            return live
        # The list may be seconds behind, so each of them is read again.
        listed, now = self.store.of_customer(email_key, limit=_MOST_SEARCHED), self.clock()
        of_order = [ret.as_of(now) for ret in listed if ret.order_number == order_number]
        drafts = (ret.return_id for ret in of_order if ret.is_draft)
        others = (self._live_draft(email_key, return_id) for return_id in drafts)
        return next(filter(None, others), None)

    def _live_draft(self, email_key: str, return_id: str) -> Return | None:
        draft = self.store.get(return_id) if return_id else None
        is_theirs = draft is not None and draft.email_key == email_key
        return draft if draft and is_theirs and draft.as_of(self.clock()).is_draft else None


def _begun(email_key: str, return_id: str, order: Order, now: datetime, actor: Actor) -> Return:
    return Return(return_id, email_key, order.order_number, (), now, chosen_by=actor)
