"""Writes every operation: once for its id, on fresh state, with its idempotency key."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.requests import KeyReusedError
from aftercare.members.service import MemberService
from aftercare.points.errors import (
    CardUsedError,
    OperationChangedError,
    OperationNotFoundError,
    PurchaseClaimedError,
)
from aftercare.points.model import Account
from aftercare.points.posting import LedgerEntry, Operation, Posting, Receipt
from aftercare.points.request import Proof, Request
from aftercare.points.rules import RuleBook

if TYPE_CHECKING:
    from aftercare.points.store import PointsStore

type Decide = Callable[[Account, Operation], Posting]
# What follows from the account as it is: an operation and how to do it, or nothing.
type Follow = Callable[[Account], tuple[Request, Decide] | None]


@dataclass(frozen=True, slots=True)
class Journal:
    """The ledger as the services write it."""

    store: "PointsStore"
    members: MemberService
    rules: RuleBook
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def post(self, request: Request, decide: Decide, proof: Proof | None = None) -> Receipt:
        """Does an operation, or returns the receipt of the first time.

        `decide` gets the account as of now, and reads whatever else it needs after that. `proof`,
        if there is one, is asked once for an operation: a repeat needs none (R-PTS-28).

        Raises:
            MemberNotFoundError: There is no such member.
            KeyReusedError: The key was used for another request.
            OperationChangedError: The id was used with other content.
            CardUsedError: What the member showed was shown for another operation.
            StaleWriteError: Too many requests changed the account at once; nothing was written.
        """
        self.members.get(request.member_id)
        is_new_key = self._require_unused(request)
        earlier = self.store.entry(request.member_id, request.operation_id)
        if earlier:
            if earlier.digest != request.digest:
                raise OperationChangedError(request.operation_id)
            if request.key and is_new_key:
                self.store.keep(request.key, earlier, self.clock())
            return earlier.replay
        account = self.store.account(request.member_id)
        shown = self._unused(proof, request.operation_id) if proof else ""
        posting = replace(decide(account, self._operation(request)), shown=shown)
        if posting.claims:
            self._require_unclaimed(posting.entry)
        self.store.commit(posting, request.key)
        return posting.entry.receipt

    @on_fresh_state
    def follow(self, member_id: str, decide: Follow) -> Receipt | None:
        """Does the operation that follows from the account as of now; None if there is none.

        A retry is safe: what was done needs no operation any more.

        Raises:
            StaleWriteError: As `post`.
        """
        account = self.store.account(member_id)
        operation = decide(account)
        if operation is None:
            return None
        request, act = operation
        posting = act(account, self._operation(request))
        self.store.commit(posting)
        return posting.entry.receipt

    def entry(self, member_id: str, operation_id: str) -> LedgerEntry:
        """The ledger entry of an operation.

        Raises:
            OperationNotFoundError: The member has no operation of that id.
        """
        entry = self.store.entry(member_id, operation_id)
        if entry is None:
            raise OperationNotFoundError(operation_id)
        return entry

    def _require_unused(self, request: Request) -> bool:
        """Whether the request's key is new. A key that was used belongs to the same request."""
        used = self.store.answered(request.key) if request.key else None
        if used and request.key and used.digest != request.key.digest:
            raise KeyReusedError
        return used is None

    def _unused(self, proof: Proof, operation_id: str) -> str:
        """The name of what the member showed, which no operation has used."""
        shown = proof(self.clock())
        used_for = self.store.shown_for(shown)
        if used_for == operation_id:
            # The same request was done while this one was reading: its entry is there by now.
            raise StaleWriteError("This operation was done a moment ago.")
        if used_for:
            raise CardUsedError(used_for)
        return shown

    def _require_unclaimed(self, entry: LedgerEntry) -> None:
        if self.store.claimed_by(entry.operation_id) not in {"", entry.member_id}:
            raise PurchaseClaimedError(entry.operation_id)

    def _operation(self, request: Request) -> Operation:
        now: datetime = self.clock()
        happened = request.occurred_at or now
        return Operation(
            operation_id=request.operation_id,
            member_id=request.member_id,
            kind=request.kind,
            digest=request.digest,
            rules=self.rules.at(happened),
            occurred_at=happened,
            recorded_at=now,
            entry_id=new_id("ent", now, self.entropy),
            who=request.who,
            why=request.why,
            actor=request.actor,
        )
