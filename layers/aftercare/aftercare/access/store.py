"""The access table: sign-in requests, each its own outbox entry, counters and sign-outs.

All expire.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.access.model import CODE_TRIES, Count, SignInRequest
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import (
    CommitRefusedError,
    EntryColumns,
    Transaction,
    bind,
    entry_columns,
)
from aftercare.kernel.timeline import Entry

_SCHEMA = 1
_KEPT = timedelta(days=1)


class _RequestRow(Model, EntryColumns):
    class Meta:
        table_name = "access"

    pk = UnicodeAttribute(hash_key=True)
    order_number = UnicodeAttribute()
    email = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    code_hash = UnicodeAttribute(default="")
    tries = NumberAttribute(default=0)
    used_by = UnicodeAttribute(null=True)
    language = UnicodeAttribute(default="en")
    asker = UnicodeAttribute(null=True)
    live_until = NumberAttribute()
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)
    expires_at = TTLAttribute()


class _CounterRow(Model):
    class Meta:
        table_name = "access"

    pk = UnicodeAttribute(hash_key=True)
    hits = NumberAttribute(default=0)
    expires_at = TTLAttribute(null=True)


class _SignOutRow(Model):
    class Meta:
        table_name = "access"

    pk = UnicodeAttribute(hash_key=True)
    signed_out_at = UnicodeAttribute()
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)
    expires_at = TTLAttribute()


class AccessStore:
    """Sign-in requests and rate counters in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._requests = bind(_RequestRow, table_name)
        self._counters = bind(_CounterRow, table_name)

    def hit(self, count: Count) -> int:
        """Adds one in one write; returns how many that makes in this window."""
        row = self._counters(count.key)
        row.update(actions=_one_more(count))
        return int(row.hits)

    def open(self, request: SignInRequest, entry: Entry) -> None:
        """Stores a new request together with the entry that has its code sent."""
        row = self._requests(
            _key(request.request_id),
            order_number=request.order_number,
            email=request.email,
            requested_at=to_text(request.requested_at),
            language=request.language,
            asker=request.asker or None,
            live_until=request.expires_at.timestamp(),
            expires_at=request.requested_at + _KEPT,
            changed_by=entry.actor,
            **entry_columns(entry),
        )
        row.save()  # unconditionally: the id is new, and a write sent twice must not fail

    def get(self, request_id: str) -> SignInRequest | None:
        try:
            return _request(self._requests.get(_key(request_id), consistent_read=True))
        except _RequestRow.DoesNotExist:
            return None

    def arm(self, request_id: str, code_hash: str, counts: Iterable[Count], actor: Actor) -> bool:
        """Stores the hash of the request's code and counts its mail everywhere, all or nothing.

        False if a count is full. A request that has its hash already is not counted again.
        """
        armed: list[Action] = [
            _RequestRow.code_hash.set(code_hash),
            _RequestRow.changed_by.set(actor),
        ]
        is_new = _RequestRow.pk.exists() & (
            _RequestRow.code_hash.does_not_exist() | (_RequestRow.code_hash == "")
        )
        try:
            with Transaction(self._requests) as commit:
                for count in counts:
                    has_room = _CounterRow.hits < count.limit.most
                    free = _CounterRow.hits.does_not_exist() | has_room
                    commit.update(self._counters(count.key), _one_more(count), free)
                commit.update(self._requests(_key(request_id)), armed, is_new)
        except CommitRefusedError as error:
            return not error.held[-1]
        return True

    def take_try(self, request_id: str, now: datetime, actor: Actor) -> SignInRequest | None:
        """Uses up a try and returns the request; None if no try is left, or it has ended."""
        row = self._requests(_key(request_id))
        condition = (
            (_RequestRow.tries < CODE_TRIES)
            & _RequestRow.used_by.does_not_exist()
            & (_RequestRow.live_until > now.timestamp())
        )
        try:
            with conditional():
                actions: list[Action] = [
                    _RequestRow.tries.add(1),
                    _RequestRow.changed_by.set(actor),
                ]
                row.update(actions, condition=condition)
        except StaleWriteError:
            return None
        return _request(row)

    def use(self, request_id: str, use_id: str, actor: Actor) -> None:
        """Uses the code up; the same use sent again, because its answer was lost, succeeds again.

        Raises:
            StaleWriteError: It was used already.
        """
        row = self._requests(_key(request_id))
        unused = _RequestRow.used_by.does_not_exist() | (_RequestRow.used_by == use_id)
        with conditional():
            actions: list[Action] = [
                _RequestRow.used_by.set(use_id),
                _RequestRow.changed_by.set(actor),
            ]
            row.update(actions, condition=unused)

    def of_email(self, email: str) -> tuple[SignInRequest, ...]:
        """Every request for that address: a scan of the table, which has a day's or two."""
        rows = self._requests.scan(_RequestRow.email == email, consistent_read=True)
        return tuple(map(_request, rows))

    def remove(self, request_ids: Iterable[str]) -> None:
        """Removes those requests; those that are gone stay gone."""
        with self._requests.batch_write() as batch:
            for request_id in request_ids:
                batch.delete(self._requests(_key(request_id)))


class SignOutStore:
    """The keys of sessions that were signed out, for longer than their cookies live."""

    def __init__(self, table_name: str) -> None:
        self._sign_outs = bind(_SignOutRow, table_name)

    def add(self, key: str, now: datetime, actor: Actor) -> None:
        self._sign_outs(
            _sign_out_key(key),
            signed_out_at=to_text(now),
            changed_by=actor,
            expires_at=now + _KEPT,
        ).save()

    def has(self, key: str) -> bool:
        """Read consistently: the cookie must not work in the second after signing out."""
        try:
            self._sign_outs.get(_sign_out_key(key), consistent_read=True)
        except self._sign_outs.DoesNotExist:
            return False
        return True


def _one_more(count: Count) -> list[Action]:
    # The window's length again: a counter must not go before the window has ended for every clock.
    kept_until = count.ends_at + timedelta(seconds=count.limit.seconds)
    return [_CounterRow.hits.add(1), _CounterRow.expires_at.set(kept_until)]


def _key(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def _sign_out_key(key: str) -> str:
    return f"SIGNED_OUT#{key}"


def _request(row: _RequestRow) -> SignInRequest:
    return SignInRequest(
        request_id=row.pk.removeprefix("REQUEST#"),
        order_number=row.order_number,
        email=row.email,
        requested_at=from_text(row.requested_at),
        code_hash=row.code_hash,
        tries=int(row.tries),
        is_used=bool(row.used_by),
        language=row.language,
        asker=row.asker or "",
    )
