"""The items of cases and claims, in the table of codes, and how they are read."""

from collections.abc import Iterable

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from aftercare.authenticity.cases import CaseState, Claim, ClaimKind, CodeCase, Waiting
from aftercare.authenticity.layout import SIGNALS_BY_NAME
from aftercare.authenticity.model import Signal
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text
from aftercare.kernel.stored import member
from aftercare.kernel.tables import EntryColumns

SCHEMA = 1
CASE, CLAIM = "CASE#", "CLAIM#"
# In the index: the claims of one mailbox.
MAILBOX = "MAILBOX#"


class _ByList(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_list"
        projection = IncludeProjection(["sku", "mine", "fakes", "signs"])

    listed_in = UnicodeAttribute(hash_key=True)
    listed_at = UnicodeAttribute(range_key=True)


class CaseRow(Model):
    """A code's case."""

    class Meta:
        """Its table."""

        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)
    schema = NumberAttribute(default=SCHEMA)
    version = NumberAttribute(default=0)
    sku = UnicodeAttribute(null=True)
    listed_in = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)
    mine = UnicodeSetAttribute(null=True)
    fakes = UnicodeSetAttribute(null=True)
    signs = UnicodeSetAttribute(null=True)
    state = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    why = UnicodeAttribute(null=True)
    by_list = _ByList()


class ClaimRow(Model):
    """What one visitor claimed."""

    class Meta:
        """Its table."""

        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)
    schema = NumberAttribute(default=SCHEMA)
    kind = UnicodeAttribute()
    words = UnicodeAttribute()
    reference = UnicodeAttribute()
    claimed_at = UnicodeAttribute()
    expires_at = TTLAttribute()
    email = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    listed_in = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)


class CountRow(Model):
    """How many claims came from a network, or with an address, on a day."""

    class Meta:
        """Its table."""

        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)
    claims = NumberAttribute(default=0)
    expires_at = TTLAttribute()


class EntryRow(Model, EntryColumns):
    """A timeline entry."""

    class Meta:
        """Its table."""

        table_name = "authenticity"

    pk = UnicodeAttribute(hash_key=True)


def _signs(stored: Iterable[str] | None) -> frozenset[Signal]:
    """The signals; a later version may know more."""
    return frozenset(SIGNALS_BY_NAME[name] for name in stored or () if name in SIGNALS_BY_NAME)


def case_from(key: str, row: CaseRow) -> CodeCase:
    """The case in its item."""
    is_open = row.listed_in is not None
    return CodeCase(
        key=key,
        sku=row.sku or "",
        version=int(row.version),
        state=CaseState.OPEN if is_open else member(CaseState, row.state or ""),
        opened_at=from_text(row.listed_at) if row.listed_at else None,
        mine=frozenset(row.mine or ()),
        fakes=frozenset(row.fakes or ()),
        signs=_signs(row.signs),
        decided_by=Actor(row.decided_by) if row.decided_by else None,
        decided_at=from_text(row.decided_at) if row.decided_at else None,
        why=row.why or "",
    )


def waiting_from(row: CaseRow) -> Waiting:
    """The open case in its line of the index."""
    return Waiting(
        key=row.pk.removeprefix(CASE),
        sku=row.sku or "",
        opened_at=from_text(row.listed_at or ""),
        mine=len(row.mine or ()),
        fakes=len(row.fakes or ()),
        signs=_signs(row.signs),
    )


def claim_from(row: ClaimRow) -> Claim:
    """The claim in its item."""
    key, _, place = row.pk.removeprefix(CLAIM).rpartition("-")
    return Claim(
        key=key,
        place=place,
        kind=member(ClaimKind, row.kind),
        words=row.words,
        reference=row.reference,
        claimed_at=from_text(row.claimed_at),
        email=row.email or "",
        email_key=(row.listed_in or "").removeprefix(MAILBOX),
        language=row.language or "",
    )
