"""Hand-over codes in the tickets table: by customer and case, and by their digest."""

import json
from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.access.model import Count
from aftercare.desk.hand_over import KEPT, Case, HandOver
from aftercare.desk.rows import POINTER, SCHEMA
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind


class _CaseRow(Model):
    """`HANDOVERS#<customer>`, by case: the code of it that counts."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    hand_over_id = UnicodeAttribute()
    document = UnicodeAttribute()
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class _CodeRow(Model):
    """`HANDOVER#<digest>`: the code of those digits, and who redeemed it for which ticket."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=POINTER)
    hand_over_id = UnicodeAttribute()
    document = UnicodeAttribute()
    kept_until = NumberAttribute()
    used_by = UnicodeAttribute(null=True)
    ticket_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class _CounterRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=POINTER)
    hits = NumberAttribute(default=0)
    expires_at = TTLAttribute(null=True)


class DigitsTakenError(Exception):
    """Another code has these digits: draw again."""


class HandOverStore:
    """Codes and the counters of tries. Who redeems one does so in the ticket's own commit."""

    def __init__(self, table_name: str) -> None:
        self._cases = bind(_CaseRow, table_name)
        self._codes = bind(_CodeRow, table_name)
        self._counters = bind(_CounterRow, table_name)

    def of_case(self, case: Case) -> HandOver | None:
        """The code of that case which was asked for last, as it is now."""
        try:
            row = self._cases.get(_customer_key(case.email_key), case.name, consistent_read=True)
        except self._cases.DoesNotExist:
            return None
        asked = _hand_over(row.document)
        found = self.by_digest(asked.digest)
        return found if found and found.hand_over_id == asked.hand_over_id else asked

    def by_digest(self, digest: str) -> HandOver | None:
        """The code of those digits, also one that was redeemed or whose time is over."""
        try:
            row = self._codes.get(_code_key(digest), POINTER, consistent_read=True)
        except self._codes.DoesNotExist:
            return None
        used_by = Actor(row.used_by) if row.used_by else None
        return _hand_over(row.document, used_by, row.ticket_id or "")

    def put(self, new: HandOver, before: HandOver | None) -> None:
        """The case's new code in place of the one before, which opens nothing from now on.

        Raises:
            DigitsTakenError: Another case's code has the same digits, or had them today.
            StaleWriteError: Another code of the case was asked for, or that one was redeemed.
        """
        case, until = new.case, new.expires_at + KEPT
        document = _document(new)
        mine = self._cases(
            _customer_key(case.email_key),
            case.name,
            hand_over_id=new.hand_over_id,
            document=document,
            expires_at=until,
        )
        code = self._codes(
            _code_key(new.digest),
            hand_over_id=new.hand_over_id,
            document=document,
            kept_until=until.timestamp(),
            expires_at=until,
        )
        is_last = (
            _CaseRow.hand_over_id == before.hand_over_id if before else _CaseRow.pk.does_not_exist()
        )
        is_free = _CodeRow.pk.does_not_exist() | (_CodeRow.kept_until < new.asked_at.timestamp())
        try:
            with Transaction(self._cases) as commit:
                if before and before.is_live(new.asked_at):
                    unused = (
                        _CodeRow.hand_over_id == before.hand_over_id
                    ) & _CodeRow.used_by.does_not_exist()
                    commit.delete(self._codes(_code_key(before.digest)), unused)
                commit.save(mine, is_last)
                commit.save(code, is_free)
        except CommitRefusedError as error:
            if all(error.held[:-1]):
                raise DigitsTakenError from error
            raise

    def use(self, commit: Transaction, *, code: HandOver, by: Actor, ticket_id: str) -> None:
        """Adds to a ticket's commit that the code was redeemed, which happens once."""
        is_unused = (_CodeRow.hand_over_id == code.hand_over_id) & _CodeRow.used_by.does_not_exist()
        commit.update(
            self._codes(_code_key(code.digest)),
            [_CodeRow.used_by.set(by), _CodeRow.ticket_id.set(ticket_id)],
            is_unused,
        )

    def count(self, count: Count, by: int = 1) -> int:
        """Adds to the counter in one write; returns how many that makes in this window."""
        row = self._counters(count.key)
        kept_until = count.ends_at + timedelta(seconds=count.limit.seconds)
        row.update([_CounterRow.hits.add(by), _CounterRow.expires_at.set(kept_until)])
        return int(row.hits)

    def counted(self, count: Count) -> int:
        """How many there were in this window."""
        try:
            row = self._counters.get(count.key, POINTER, consistent_read=True)
        except self._counters.DoesNotExist:
            return 0
        return int(row.hits)

    def forget(self, email_key: str) -> int:
        """Removes the codes of a person; returns how many cases had one. Repeatable."""
        rows = list(self._cases.query(_customer_key(email_key), consistent_read=True))
        for row in rows:
            asked = _hand_over(row.document)
            found = self.by_digest(asked.digest)
            if found and found.hand_over_id == asked.hand_over_id:
                self._codes(_code_key(asked.digest)).delete()
            row.delete()
        return len(rows)


def _document(code: HandOver) -> str:
    return json.dumps(
        {
            "id": code.hand_over_id,
            "digest": code.digest,
            "asked_at": to_text(code.asked_at),
            "asked_that_day": code.asked_that_day,
            "case": code.case._asdict(),
            **({"paper": True} if code.is_paper else {}),
        }
    )


def _hand_over(document: str, used_by: Actor | None = None, ticket_id: str = "") -> HandOver:
    """The code of a document; what a newer version keeps of a case besides is left out."""
    stored = json.loads(document)
    case = {name: text for name, text in stored["case"].items() if name in Case._fields}
    return HandOver(
        hand_over_id=stored["id"],
        digest=stored["digest"],
        case=Case(**case),
        asked_at=from_text(stored["asked_at"]),
        asked_that_day=stored["asked_that_day"],
        used_by=used_by,
        ticket_id=ticket_id,
        is_paper=stored.get("paper", False),
    )


def _customer_key(email_key: str) -> str:
    return f"HANDOVERS#{email_key}"


def _code_key(digest: str) -> str:
    return f"HANDOVER#{digest}"
