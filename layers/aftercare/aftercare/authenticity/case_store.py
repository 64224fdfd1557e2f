"""Cases about codes and claims, in the table of codes: items of their own beside the histories.

`CASE#<key>` is a code's case, `CLAIM#<key>-<place>` what one check's visitor said, `CLAIMS#<hash>`
how many came from a network, or with an address, on a day. The index `by_list` has the open cases,
and the claims of a mailbox.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, _Size
from pynamodb.expressions.update import Action

from aftercare.authenticity.cases import (
    KEPT,
    KEPT_DECIDED,
    MOST_IN_A_DAY,
    MOST_OF_A_KIND,
    PAGE,
    CasePage,
    Claim,
    ClaimKind,
    CodeCase,
    Decision,
)
from aftercare.authenticity.errors import TooManyClaimsError
from aftercare.authenticity.layout import SIGNALS
from aftercare.authenticity.model import Signal
from aftercare.authenticity.rows import (
    CASE,
    CLAIM,
    MAILBOX,
    SCHEMA,
    CaseRow,
    ClaimRow,
    CountRow,
    EntryRow,
    case_from,
    claim_from,
    waiting_from,
)
from aftercare.kernel.clock import to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import InvalidError, StaleWriteError
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind, entry_columns
from aftercare.kernel.timeline import Entry

# A count names its day.
_COUNTED = timedelta(days=2)
_OPEN = "CASES"
_COUNT = "CLAIMS#"

type Change = Callable[[Transaction], None]
"""Adds what a decision changes on the code itself to the transaction."""


class CaseStore:
    """Cases and claims in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._cases = bind(CaseRow, table_name)
        self._claims = bind(ClaimRow, table_name)
        self._counts = bind(CountRow, table_name)
        self._entries = bind(EntryRow, table_name)

    def case(self, key: str) -> CodeCase | None:
        """The code's case; none if there never was one."""
        try:
            return case_from(key, self._cases.get(f"{CASE}{key}", consistent_read=True))
        except CaseRow.DoesNotExist:
            return None

    def claim(self, key: str, place: str) -> Claim | None:
        """The claim of that check; none if its visitor made none, or it is no longer kept."""
        try:
            return claim_from(self._claims.get(_claim_key(key, place), consistent_read=True))
        except ClaimRow.DoesNotExist:
            return None

    def claims(self, case: CodeCase) -> tuple[Claim, ...]:
        """The claims of an open case that are still kept, oldest first."""
        keys = [_claim_key(case.key, place) for place in case.places]
        rows = self._claims.batch_get(keys, consistent_read=True) if keys else ()
        return tuple(sorted(map(claim_from, rows), key=lambda claim: claim.claimed_at))

    def claims_of(self, email_key: str) -> tuple[Claim, ...]:
        """The claims for which that mailbox gets mail, oldest first; seconds behind."""
        listed = self._cases.by_list.query(f"{MAILBOX}{email_key}")
        rows = self._claims.batch_get([row.pk for row in listed], consistent_read=True)
        found = sorted(map(claim_from, rows), key=lambda claim: claim.claimed_at)
        return tuple(claim for claim in found if claim.email_key == email_key)

    def forget(self, claim: Claim) -> None:
        """Removes a claim, unless it is another mailbox's by now. Safe to repeat."""
        row = self._claims(_claim_key(claim.key, claim.place))
        with suppress(StaleWriteError), conditional():
            row.delete(ClaimRow.listed_in == f"{MAILBOX}{claim.email_key}")

    def waiting(self, after: str = "") -> CasePage:
        """Up to 20 open cases, the longest open first, behind that place; seconds behind.

        Raises:
            InvalidError: `after` is no place in it.
        """
        start = _place_in(after) if after else None
        index = self._cases.by_list
        rows = list(index.query(_OPEN, limit=PAGE + 1, last_evaluated_key=start))
        cases = tuple(map(waiting_from, rows[:PAGE]))
        if len(rows) <= PAGE:
            return CasePage(cases)
        last = cases[-1]
        return CasePage(cases, f"{to_text(last.opened_at)}#{last.key}")

    def open(self, commit: Transaction, key: str, sku: str, now: datetime, sign: Signal) -> None:
        """Adds to a transaction, as its last update, that a strong sign opens the code's case."""
        actions = _opening(sku, now)
        actions.append(CaseRow.signs.add({SIGNALS[sign]}))
        commit.update(self._cases(f"{CASE}{key}"), actions)

    def put_claim(
        self, claim: Claim, was: Claim | None, sku: str, senders: Sequence[str], entry: Entry
    ) -> None:
        """Stores a claim in the code's case, which it opens, or again in place of what it `was`.

        `senders` name a network, and a mailbox, of a day.

        Raises:
            TooManyClaimsError: Too many came from one of them.
            StaleWriteError: The case was decided meanwhile, or is full, or the claim is another.
        """
        row = self._claims(
            _claim_key(claim.key, claim.place),
            kind=claim.kind,
            words=claim.words,
            reference=claim.reference,
            claimed_at=to_text(claim.claimed_at),
            expires_at=claim.claimed_at + KEPT,
            email=claim.email or None,
            language=claim.language or None,
            listed_in=f"{MAILBOX}{claim.email_key}" if claim.email_key else None,
            listed_at=to_text(claim.claimed_at) if claim.email_key else None,
        )
        is_same: Condition = ClaimRow.pk.does_not_exist()
        if was:
            is_same = (ClaimRow.claimed_at == to_text(was.claimed_at)) & (ClaimRow.kind == was.kind)
        try:
            with Transaction(self._claims) as commit:
                commit.save(row, is_same)
                commit.save(self.entry(claim.key, "claimed", entry), EntryRow.pk.does_not_exist())
                commit.update(
                    self._cases(f"{CASE}{claim.key}"),
                    _adding(claim, sku),
                    _has_room(claim, is_known=was is not None),
                )
                for sender in senders:
                    self._count(commit, sender, claim.claimed_at)
        except CommitRefusedError as error:
            if not all(error.held[-len(senders) :]):
                raise TooManyClaimsError from error
            raise

    def decide(
        self,
        case: CodeCase,
        decision: Decision,
        claims: Iterable[Claim],
        change: Change | None,
        entries: Sequence[Entry],
    ) -> None:
        """Closes the case with its decision, what it changes on the code, and its entries.

        Raises:
            StaleWriteError: Something happened to the case or the code, or a claim is gone.
        """
        actions: list[Action] = [
            CaseRow.version.add(1),
            CaseRow.state.set(decision.state),
            CaseRow.decided_by.set(decision.by),
            CaseRow.decided_at.set(to_text(decision.at)),
            CaseRow.why.set(decision.why),
            *(each.remove() for each in (CaseRow.listed_in, CaseRow.listed_at)),
            *(each.remove() for each in (CaseRow.mine, CaseRow.fakes, CaseRow.signs)),
        ]
        is_as_seen = (CaseRow.version == case.version) & CaseRow.listed_in.exists()
        with Transaction(self._cases) as commit:
            for entry in entries:
                row = self.entry(case.key, decision.state, entry)
                commit.save(row, EntryRow.pk.does_not_exist())
            commit.update(self._cases(f"{CASE}{case.key}"), actions, is_as_seen)
            for claim in claims:
                commit.update(
                    self._claims(_claim_key(claim.key, claim.place)),
                    [ClaimRow.expires_at.set(decision.at + KEPT_DECIDED)],
                    ClaimRow.pk.exists(),
                )
            if change:
                change(commit)

    def _count(self, commit: Transaction, sender: str, at: datetime) -> None:
        row = self._counts(f"{_COUNT}{sender}")
        has_room = CountRow.claims.does_not_exist() | (CountRow.claims < MOST_IN_A_DAY)
        kept = CountRow.expires_at.set(at + _COUNTED)
        commit.update(row, [CountRow.claims.add(1), kept], has_room)

    def entry(self, key: str, what: str, entry: Entry) -> EntryRow:
        """The item of a timeline entry about a code."""
        return self._entries(f"{key}#{entry.entry_id}#{what}", **entry_columns(entry))


def _claim_key(key: str, place: str) -> str:
    return f"{CLAIM}{key}-{place}"


def _opening(sku: str, now: datetime) -> list[Action]:
    """Opens the case, unless it is open: then it keeps its place in the list."""
    return [
        CaseRow.version.add(1),
        CaseRow.schema.set(SCHEMA),
        CaseRow.sku.set(sku),
        CaseRow.listed_in.set(_OPEN),
        CaseRow.listed_at.set(CaseRow.listed_at | to_text(now)),
    ]


def _columns(kind: ClaimKind) -> tuple[Path, Path]:
    """The column of the claims of that kind, and the other one."""
    columns = cast("list[Path]", [CaseRow.mine, CaseRow.fakes])
    mine, other = columns if kind is ClaimKind.MINE else columns[::-1]
    return mine, other


def _adding(claim: Claim, sku: str) -> list[Action]:
    its, other = _columns(claim.kind)
    place = {claim.place}
    return [*_opening(sku, claim.claimed_at), its.add(place), other.delete(place)]


def _has_room(claim: Claim, *, is_known: bool) -> Condition:
    """One that is changed must be in the open case: of a decided one, it would begin it anew."""
    its, other = _columns(claim.kind)
    is_in: Condition = its.contains(claim.place)
    has_room: Condition = its.does_not_exist() | (_Size(its) < MOST_OF_A_KIND)
    return is_in | (has_room & other.contains(claim.place)) if is_known else has_room


def _place_in(after: str) -> dict[str, Any]:
    """The key of the place in the index that a page's `after` names."""
    opened_at, _, key = after.partition("#")
    if not (opened_at and key):
        raise InvalidError("That is no place in the list.", field="after")
    texts = {"listed_in": _OPEN, "listed_at": opened_at, "pk": f"{CASE}{key}"}
    return {name: {"S": text} for name, text in texts.items()}
