"""What staff do with cases about codes: see which are open, read one, decide it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from aftercare.authenticity import policy
from aftercare.authenticity.cases import CasePage, CaseState, Claim, CodeCase, code_of
from aftercare.authenticity.decisions import CodeDecisions
from aftercare.authenticity.errors import CodeCaseNotFoundError, ReasonInvalidError
from aftercare.authenticity.model import History, Signal, Strength
from aftercare.authenticity.rules import DatedRules, SignalRules, published
from aftercare.batches.model import Batch
from aftercare.batches.service import BatchBook
from aftercare.kernel.clock import Clock
from aftercare.kernel.ids import Entropy
from aftercare.kernel.rulebook import RuleBook
from aftercare.staff.model import Member, ReadTrail
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.authenticity.store import CheckStore

QUEUE, READ, DECIDE = "codes.queue", "codes.read", "codes.decide"
MOST_REASON = 200


class CaseFile(NamedTuple):
    """A case: the facts of its code, the signals by the rules of today, the claims."""

    case: CodeCase
    batch: Batch
    history: History
    signals: dict[Signal, Strength]
    claims: tuple[Claim, ...]


class CodeFile(NamedTuple):
    """What happened to an issued code, and the signals by the rules of today."""

    key: str
    batch: Batch
    history: History
    signals: dict[Signal, Strength]
    has_case: bool


@dataclass(frozen=True, slots=True)
class CodeCaseDesk:
    """Asks the matrix first. Codes are shown by their keys: from a key no code can be made."""

    book: BatchBook
    store: "Callable[[], CheckStore]"
    trail: ReadTrail
    clock: Clock
    entropy: Entropy
    rules: Callable[[], RuleBook[DatedRules]] = published

    def waiting(self, member: Member, after: str = "") -> CasePage:
        """Up to 20 open cases, the longest open first.

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place in the list.
        """
        require(member, QUEUE)
        return self.store().cases.waiting(after)

    def open_case(self, member: Member, key: str) -> CaseFile:
        """The case about that code; that it was read is written first (R-STF-05).

        Raises:
            NotPermittedError: Not with these roles.
            CodeCaseNotFoundError: There is none.
        """
        require(member, READ)
        batch = self._batch(key)
        case = self.store().cases.case(key)
        if case is None:
            raise CodeCaseNotFoundError
        self.trail.record_read(member, about(key))
        history = self.store().get(key) or History()
        signals = self._signals(batch, history)
        return CaseFile(case, batch, history, signals, self.store().cases.claims(case))

    def open_code(self, member: Member, key: str) -> CodeFile | None:
        """What happened to that code; none if it was never issued (R-DSK-43).

        That it was read is written first (R-STF-05). This is not counted as a check.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, READ)
        code = code_of(key)
        batch = self.book.find(code.key_id, code.serial) if code else None
        if batch is None or not policy.is_issued(batch):
            return None
        self.trail.record_read(member, about(key))
        history = self.store().get(key) or History()
        has_case = self.store().cases.case(key) is not None
        return CodeFile(key, batch, history, self._signals(batch, history), has_case)

    def decide(self, member: Member, key: str, version: int, state: CaseState, why: str) -> None:
        """Decides the case as it was at that version; see `CodeDecisions.decide`.

        Raises:
            NotPermittedError: Not with these roles.
            ReasonInvalidError: No reason, or too long a one.
            CodeCaseNotFoundError, StaleCodeCaseError: As there.
        """
        require(member, DECIDE)
        said = why.strip()
        if not 0 < len(said) <= MOST_REASON:
            raise ReasonInvalidError(MOST_REASON)
        batch = self._batch(key)
        decisions = CodeDecisions(self.store, self.clock, self.entropy, self._rules)
        decisions.decide(key, batch, version, state, why=said, actor=member.actor)

    def _signals(self, batch: Batch, history: History) -> dict[Signal, Strength]:
        rules = self._rules(batch)
        return {
            signal: policy.strength({signal}, rules) or Strength.WEAK
            for signal in sorted(policy.signals(history, rules))
        }

    def _rules(self, batch: Batch) -> SignalRules:
        return self.rules().in_force(self.clock().date()).of(batch.sku)

    def _batch(self, key: str) -> Batch:
        code = code_of(key)
        batch = self.book.find(code.key_id, code.serial) if code else None
        if batch is None:
            raise CodeCaseNotFoundError
        return batch


def about(key: str) -> str:
    """The subject of a trace that somebody read the case about a code."""
    return f"code:{key}"
