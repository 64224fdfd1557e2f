"""The access table: sign-in requests, each its own outbox entry, and counters. All expire."""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.access.model import CODE_TRIES, Limit, SignInRequest
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import EntryColumns, bind, conditional, entry_columns
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


class AccessStore:
    """Sign-in requests and rate counters in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._requests = bind(_RequestRow, table_name)
        self._counters = bind(_CounterRow, table_name)

    def hit(self, key: str, limit: Limit, now: datetime) -> int:
        """Adds one in one write; returns how many that makes in this window."""
        row = self._counters(key)
        ends = now + timedelta(seconds=2 * limit.seconds)
        row.update(actions=[_CounterRow.hits.add(1), _CounterRow.expires_at.set(ends)])
        return int(row.hits)

    def open(self, request: SignInRequest, entry: Entry) -> None:
        """Stores a new request together with the entry that has its code sent."""
        row = self._requests(
            _key(request.request_id),
            order_number=request.order_number,
            email=request.email,
            requested_at=to_text(request.requested_at),
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

    def arm(self, request_id: str, code_hash: str, actor: Actor) -> None:
        """Stores the hash of the request's code."""
        row = self._requests(_key(request_id))
        with conditional():
            actions: list[Action] = [
                _RequestRow.code_hash.set(code_hash),
                _RequestRow.changed_by.set(actor),
            ]
            row.update(actions, condition=_RequestRow.pk.exists())

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


def _key(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def _request(row: _RequestRow) -> SignInRequest:
    return SignInRequest(
        request_id=row.pk.removeprefix("REQUEST#"),
        order_number=row.order_number,
        email=row.email,
        requested_at=from_text(row.requested_at),
        code_hash=row.code_hash,
        tries=int(row.tries),
    )
