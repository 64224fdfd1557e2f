"""What staff decide about a code: clear it, confirm copies of it, or leave it as it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.authenticity import policy
from aftercare.authenticity.cases import CaseState, Claim, CodeCase, Decision
from aftercare.authenticity.errors import CodeCaseNotFoundError, StaleCodeCaseError
from aftercare.authenticity.events import (
    CASE_DISMISSED,
    CLAIM_DECIDED,
    CLEARED,
    COPIES_CONFIRMED,
)
from aftercare.authenticity.model import History
from aftercare.batches.model import Batch
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry

if TYPE_CHECKING:
    from aftercare.authenticity.case_store import Change
    from aftercare.authenticity.rules import SignalRules
    from aftercare.authenticity.store import CheckStore

_ENTRIES: Mapping[CaseState, str] = {
    CaseState.CLEARED: CLEARED,
    CaseState.COPIED: COPIES_CONFIRMED,
    CaseState.DISMISSED: CASE_DISMISSED,
}


@dataclass(frozen=True, slots=True)
class CodeDecisions:
    """Decisions, each one transaction with the code's case, its claims and its entry."""

    store: "Callable[[], CheckStore]"
    clock: Clock
    entropy: Entropy
    rules: "Callable[[Batch], SignalRules]"

    @on_fresh_state
    def clear(self, key: str, batch: Batch, *, why: str, actor: Actor) -> None:
        """Clears the code as an operator does, whatever its case is (R-AUT-09).

        A code without signals or an open case does not change, so a repeat is harmless.
        """
        case = self.store().cases.case(key)
        if case and case.is_open:
            self._decide(case, batch, Decision(CaseState.CLEARED, why, actor, self.clock()))
            return
        history = self.store().get(key)
        if history is None or not policy.signals(history, self.rules(batch)):
            return
        now = self.clock()
        entry = self._entry(key, batch, history, Decision(CaseState.CLEARED, why, actor, now))
        self.store().clear(key, history, entry)

    @on_fresh_state
    def decide(
        self, key: str, batch: Batch, version: int, state: CaseState, *, why: str, actor: Actor
    ) -> None:
        """Closes the code's case, which is as it was at that version (R-AUT-22).

        Cleared, the code has no signals, as if nobody had checked it before; copied, it has a
        strong one until it is cleared; dismissed, it does not change.

        Raises:
            CodeCaseNotFoundError: There is no case.
            StaleCodeCaseError: Something came to it since, or it is decided; nothing was written.
        """
        case = self.store().cases.case(key)
        if case is None:
            raise CodeCaseNotFoundError
        if not case.is_open or case.version != version:
            raise StaleCodeCaseError
        self._decide(case, batch, Decision(state, why, actor, self.clock()))

    def _decide(self, case: CodeCase, batch: Batch, decision: Decision) -> None:
        store = self.store()
        history = store.get(case.key) or History()
        entry = self._entry(case.key, batch, history, decision)
        change = self._change(case.key, history, decision.state, decision.at)
        claims = store.cases.claims(case)
        answers = [self._answer(claim, decision) for claim in claims if claim.email]
        store.cases.decide(case, decision, claims, change, [entry, *answers])

    def _change(
        self, key: str, history: History, state: CaseState, now: datetime
    ) -> "Change | None":
        if state is CaseState.CLEARED:
            return self.store().clearing(key, history, now)
        if state is CaseState.COPIED:
            return self.store().confirming(key, history, now)
        return None

    def _answer(self, claim: Claim, decision: Decision) -> Entry:
        """Has whoever left an address told of the decision (R-AUT-23)."""
        now = decision.at
        data = {"kind": claim.kind, "decision": decision.state, "claim": claim.place}
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, CLAIM_DECIDED, claim.key, now, data, actor=decision.by)

    def _entry(self, key: str, batch: Batch, history: History, decision: Decision) -> Entry:
        now, by = decision.at, decision.by
        signals = policy.signals(history, self.rules(batch))
        data = {"signals": " ".join(sorted(signals)), "checks": str(history.checks)}
        if decision.state is CaseState.CLEARED:
            data |= {"who": by.partition(":")[2] or by, "why": decision.why}
        else:
            data |= {"batch_id": batch.batch_id, "sku": batch.sku}
        kind = _ENTRIES[decision.state]
        return Entry(new_id("ent", now, self.entropy), kind, key, now, data, actor=by)
