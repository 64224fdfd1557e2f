"""The mail table: which mails were claimed and how they ended, which mailboxes get none."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import (
    EntryColumns,
    Transaction,
    at_version,
    bind,
    entry_columns,
    entry_from,
)
from aftercare.kernel.timeline import Entry
from aftercare.mail.errors import MailHeldError
from aftercare.mail.model import LEASE, Mail, Outcome, Promise, Suppression

_MAIL, _SUPPRESSION, _ENTRY = "MAIL", "SUPPRESSION", "ENTRY#"
_CLAIMED = "claimed"
# Longer than a message may lie in a dead-letter queue before it is redriven.
_KEPT = timedelta(days=60)
_SCHEMA = 1


class _MailRow(Model):
    """A mail that was claimed. `claimed_until` is absent where the claim is for good."""

    class Meta:
        table_name = "mail"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_MAIL)
    schema = NumberAttribute(default=_SCHEMA)
    state = UnicodeAttribute()
    claim_id = UnicodeAttribute()
    claimed_at = UnicodeAttribute()
    claimed_until = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute(null=True)
    detail = UnicodeAttribute(null=True)
    actor = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class _SuppressionRow(Model):
    class Meta:
        table_name = "mail"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_SUPPRESSION)
    schema = NumberAttribute(default=_SCHEMA)
    version = VersionAttribute()
    reason = UnicodeAttribute()
    detail = UnicodeAttribute(default="")
    since = UnicodeAttribute()
    lifted_at = UnicodeAttribute(null=True)
    lifted_by = UnicodeAttribute(default="")


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "mail"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's claim of one mail."""

    mail_key: str
    claim_id: str


class MailStore:
    """Claims, suppressions and their history in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._mails = bind(_MailRow, table_name)
        self._suppressions = bind(_SuppressionRow, table_name)
        self._entries = bind(_EntryRow, table_name)

    def claim(self, mail: Mail, claim_id: str, now: datetime, actor: Actor) -> Claim | None:
        """Claims the mail by its kind's promise; None if it has been sent or given up.

        The same claim made again (its answer was lost) succeeds again.

        Raises:
            MailHeldError: Another worker has the claim, and its lease has not ended.
        """
        rows = self._mails
        is_leased = mail.kind.promise is Promise.UNTIL_SENT
        row = rows(
            _mail_key(mail.key),
            state=_CLAIMED,
            claim_id=claim_id,
            claimed_at=to_text(now),
            claimed_until=to_text(now + LEASE) if is_leased else None,
            actor=actor,
            expires_at=now + _KEPT,
        )
        # Of a claim for good `claimed_until` is absent: no comparison with it holds.
        lapsed = (rows.state == _CLAIMED) & (rows.claimed_until <= to_text(now))
        try:
            with conditional():
                row.save(rows.pk.does_not_exist() | lapsed | (rows.claim_id == claim_id))
        except StaleWriteError:
            if self._is_leased(mail):
                raise MailHeldError from None
            return None
        return Claim(mail.key, claim_id)

    def settle(self, claim: Claim, outcome: Outcome, now: datetime, detail: str = "") -> None:
        """Notes for good how the mail ended; `detail` is SES's code for a refusal."""
        rows = self._mails
        actions: list[Action] = [
            rows.state.set(outcome.value),
            rows.settled_at.set(to_text(now)),
            rows.claimed_until.remove(),
        ]
        if detail:
            actions.append(rows.detail.set(detail))
        rows(_mail_key(claim.mail_key), _MAIL).update(actions)

    def release(self, claim: Claim) -> None:
        """Gives the claim up, so that the mail may be claimed again at once."""
        row = self._mails(_mail_key(claim.mail_key), _MAIL)
        try:
            with conditional():
                row.delete(self._mails.claim_id == claim.claim_id)
        except StaleWriteError:
            return  # the lease had ended: it is another worker's claim now

    def outcome(self, mail_key: str) -> Outcome | None:
        """How the mail ended; None if it has not ended, or was never claimed.

        An outcome that a later version added reads as REPEATED.
        """
        try:
            row = self._mails.get(_mail_key(mail_key), _MAIL, consistent_read=True)
        except self._mails.DoesNotExist:
            return None
        if row.state == _CLAIMED:
            return None
        return Outcome(row.state) if row.state in set(Outcome) else Outcome.REPEATED

    def suppression(self, email_key: str) -> Suppression | None:
        """What is stored of that mailbox, lifted or not, as of now."""
        rows = self._suppressions
        try:
            row = rows.get(_mailbox_key(email_key), _SUPPRESSION, consistent_read=True)
        except rows.DoesNotExist:
            return None
        return Suppression(
            email_key=email_key,
            reason=row.reason,
            detail=row.detail,
            since=from_text(row.since),
            lifted_at=from_text(row.lifted_at) if row.lifted_at else None,
            lifted_by=row.lifted_by,
            version=row.version,
        )

    def save(self, suppression: Suppression, entry: Entry) -> None:
        """Writes the suppression over the version that was read, with the entry that says why.

        Raises:
            StaleWriteError: It was changed in the meantime.
        """
        key = _mailbox_key(suppression.email_key)
        lifted_at = suppression.lifted_at
        row = self._suppressions(
            key,
            reason=str(suppression.reason),
            detail=suppression.detail,
            since=to_text(suppression.since),
            lifted_at=to_text(lifted_at) if lifted_at else None,
            lifted_by=suppression.lifted_by,
        )
        with Transaction(self._suppressions) as commit:
            commit.save(at_version(row, suppression.version))
            commit.save(self._entries(key, f"{_ENTRY}{entry.entry_id}", **entry_columns(entry)))

    def history(self, email_key: str) -> tuple[Entry, ...]:
        """Every suppression and lifting of that mailbox, oldest first."""
        rows = self._entries.query(
            _mailbox_key(email_key), self._entries.sk.startswith(_ENTRY), consistent_read=True
        )
        return tuple(entry_from(row.attribute_values) for row in rows)

    def forget(self, email_key: str) -> int:
        """Removes everything about that mailbox; returns how many items. Safe to repeat."""
        found = list(self._entries.query(_mailbox_key(email_key), consistent_read=True))
        with self._entries.batch_write() as batch:
            for row in found:
                batch.delete(row)
        return len(found)

    def _is_leased(self, mail: Mail) -> bool:
        """Whether the mail's claim is a lease, or was released a moment ago."""
        return mail.kind.promise is Promise.UNTIL_SENT and self.outcome(mail.key) is None


def _mail_key(mail_key: str) -> str:
    return f"{_MAIL}#{mail_key}"


def _mailbox_key(email_key: str) -> str:
    return f"MAILBOX#{email_key}"
