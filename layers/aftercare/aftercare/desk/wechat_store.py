"""The service account's part of the tickets table: who wrote, what was kept, links that bind.

`WECHAT#<openid>` has the person, the messages that are kept until they bind, and what leads to
their links. A link and a nonce are known by their hashes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.models import Model

from aftercare.desk.rows import SCHEMA, TicketRow
from aftercare.desk.wechat.people import LINK_LASTS, Kept, Person
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.tables import Transaction, at_version, bind

_PERSON, _KEPT, _LINK, _NONCE = "PERSON", "KEPT#", "LINK", "NONCE"
# What is found under the person: answers that went to them, and the links that they got.
_ANSWER, _LINKED = "ANSWER#", "LINK#"
# A link is known for a day after its half hour: who sends the form again gets the same answer.
_LINK_KEPT = timedelta(days=1)
_MESSAGE_KEPT = timedelta(days=40)
_NONCE_KEPT = timedelta(hours=1)
# An event of the bus comes again for some days at most.
_ANSWER_KEPT = timedelta(days=30)


class _PersonRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_PERSON)
    version = VersionAttribute()
    email_key = UnicodeAttribute(null=True)
    opened_at = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    last_at = UnicodeAttribute(null=True)
    last_message = UnicodeAttribute(null=True)
    answers = NumberAttribute(default=0)
    schema = NumberAttribute(default=SCHEMA)


class _KeptRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    words = UnicodeAttribute()
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class _LinkRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_LINK)
    openid = UnicodeAttribute()
    until = UnicodeAttribute()
    used_by = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class _NonceRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_NONCE)
    message = UnicodeAttribute()
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class _MarkRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class Link(NamedTuple):
    """A link that was sent to somebody; `used_by` is the mailbox that it bound them to."""

    openid: str
    until: datetime
    used_by: str


class WeChatStore:
    """People who write to the service account, in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._people = bind(_PersonRow, table_name)
        self._kept = bind(_KeptRow, table_name)
        self._links = bind(_LinkRow, table_name)
        self._nonces = bind(_NonceRow, table_name)
        self._marks = bind(_MarkRow, table_name)
        self._indexed = bind(TicketRow, table_name)

    def person(self, openid: str) -> Person:
        """The person, as somebody unknown if they never wrote."""
        try:
            row = self._people.get(_person_key(openid), _PERSON, consistent_read=True)
        except self._people.DoesNotExist:
            return Person(openid)
        return Person(
            openid,
            (row.email_key or "").removeprefix(_mailbox_key("")),
            row.email or "",
            from_text(row.opened_at) if row.opened_at else None,
            from_text(row.last_at) if row.last_at else None,
            int(row.answers),
            row.last_message or "",
            int(row.version),
        )

    def of_mailbox(self, email_key: str) -> tuple[str, ...]:
        """The openids that are bound to that mailbox; seconds behind."""
        keys = self._indexed.by_customer.query(_mailbox_key(email_key))
        return tuple(key.pk.removeprefix(_person_key("")) for key in keys)

    def kept(self, openid: str) -> tuple[Kept, ...]:
        """The messages that are kept of that person, oldest first."""
        rows = self._kept.query(
            _person_key(openid), _KeptRow.sk.startswith(_KEPT), consistent_read=True
        )
        found = (Kept(row.sk.removeprefix(_KEPT), from_text(row.at), row.words) for row in rows)
        return tuple(sorted(found, key=lambda each: (each.at, each.sent_as)))

    def keep(self, person: Person, message: Kept) -> None:
        """Keeps a message of somebody who is not bound, and that they wrote.

        Raises:
            StaleWriteError: They wrote, or were bound, in the meantime.
        """
        row = self._kept(
            _person_key(person.openid),
            f"{_KEPT}{message.sent_as}",
            at=to_text(message.at),
            words=message.words,
            expires_at=message.at + _MESSAGE_KEPT,
        )
        with Transaction(self._people) as commit:
            self.wrote(commit, person, message)
            commit.save(row, _KeptRow.pk.does_not_exist())

    def wrote(self, commit: Transaction, person: Person, message: Kept) -> None:
        """Says with the transaction that they wrote that: answers are counted anew."""
        last_at = max(message.at, person.last_at or message.at)
        now = replace(person, last_at=last_at, last_sent_as=message.sent_as, answers=0)
        commit.save(self._row(now))

    def was_answered(self, person: Person, entry_id: str) -> bool:
        """Whether that entry's answer was counted, and so went to them by WeChat, or may have."""
        key = _person_key(person.openid), f"{_ANSWER}{entry_id}"
        try:
            self._marks.get(*key, consistent_read=True)
        except self._marks.DoesNotExist:
            return False
        return True

    def answered(self, person: Person, entry_id: str, now: datetime) -> None:
        """Counts the answer of that entry, which goes to them by WeChat.

        Raises:
            StaleWriteError: They wrote, or were answered, in the meantime.
        """
        row = self._marks(
            _person_key(person.openid), f"{_ANSWER}{entry_id}", expires_at=now + _ANSWER_KEPT
        )
        with Transaction(self._people) as commit:
            commit.save(self._row(replace(person, answers=person.answers + 1)))
            commit.save(row, _MarkRow.pk.does_not_exist())

    def drop(self, openid: str, message: Kept) -> None:
        """Removes a message that came to a ticket. Safe to repeat."""
        self._kept(_person_key(openid), f"{_KEPT}{message.sent_as}").delete()

    def forget(self, person: Person) -> None:
        """Removes the person, with what was kept. Safe to repeat.

        Raises:
            StaleWriteError: They wrote in the meantime; some of what was kept is gone.
        """
        for message in self.kept(person.openid):
            self.drop(person.openid, message)
        for mark in self._of(person.openid, _LINKED):
            self._links(mark.sk.removeprefix(_LINKED), _LINK).delete()
            mark.delete()
        for mark in self._of(person.openid, _ANSWER):
            mark.delete()
        if person.version is not None:
            with conditional():
                self._row(person).delete()

    def invite(self, openid: str, token: str, now: datetime) -> None:
        """Makes a link that binds that person within half an hour."""
        until = now + LINK_LASTS
        key, end = _link_key(token), until + _LINK_KEPT
        with Transaction(self._people) as commit:
            commit.save(self._links(key, openid=openid, until=to_text(until), expires_at=end))
            commit.save(self._marks(_person_key(openid), f"{_LINKED}{key}", expires_at=end))

    def link(self, token: str) -> Link | None:
        try:
            row = self._links.get(_link_key(token), _LINK, consistent_read=True)
        except self._links.DoesNotExist:
            return None
        return Link(row.openid, from_text(row.until), row.used_by or "")

    def bind(self, person: Person, token: str) -> None:
        """Binds the person to their mailbox, and uses the link up, together.

        Raises:
            StaleWriteError: The link was used, or the person wrote or was bound, in the meantime.
        """
        with Transaction(self._people) as commit:
            commit.save(self._row(person))
            commit.update(
                self._links(_link_key(token), _LINK),
                [_LinkRow.used_by.set(person.email_key)],
                condition=_LinkRow.pk.exists() & _LinkRow.used_by.does_not_exist(),
            )

    def first_seen(self, nonce: str, message: str, now: datetime) -> bool:
        """Whether that nonce is of no other message; from now on it is of this one."""
        key = f"WECHATNONCE#{_hash(nonce)}"
        try:
            return self._nonces.get(key, _NONCE, consistent_read=True).message == _hash(message)
        except self._nonces.DoesNotExist:
            row = self._nonces(key, message=_hash(message), expires_at=now + _NONCE_KEPT)
        with conditional():
            row.save(_NonceRow.pk.does_not_exist())
        return True

    def _of(self, openid: str, what: str) -> Iterator[_MarkRow]:
        found = _MarkRow.sk.startswith(what)
        return iter(self._marks.query(_person_key(openid), found, consistent_read=True))

    def _row(self, person: Person) -> _PersonRow:
        row = self._people(
            _person_key(person.openid),
            email_key=_mailbox_key(person.email_key) if person.email_key else None,
            opened_at=to_text(person.bound_at) if person.bound_at else None,
            email=person.email or None,
            last_at=to_text(person.last_at) if person.last_at else None,
            last_message=person.last_sent_as or None,
            answers=person.answers,
        )
        return at_version(row, person.version)


def _person_key(openid: str) -> str:
    return f"WECHAT#{openid}"


def _mailbox_key(email_key: str) -> str:
    """Another key than the customer's, whose tickets are listed under that one."""
    return f"WECHAT#{email_key}"


def _link_key(token: str) -> str:
    return f"WECHATLINK#{_hash(token)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
