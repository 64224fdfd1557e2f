"""The foundation of every store: bound rows, one client, commits that say why they failed."""

import json
import random
import time
from collections.abc import Callable
from typing import Any, cast

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from aftercare.kernel import direct
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.errors import BusyError, StaleWriteError
from aftercare.kernel.timeline import Entry

_CONDITION_FAILED = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"
_CONFLICT_ATTEMPTS = 6
_BACKOFF_SECONDS = 0.025
_TRANSIENT = frozenset(
    {
        "InternalServerError",
        "InternalServiceError",
        "InternalServiceErrorException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_TRANSIENT_REASONS = frozenset({_CONFLICT, "ProvisionedThroughputExceeded", "ThrottlingError"})


class CommitRefusedError(StaleWriteError):
    """A transaction's conditions did not hold; nothing was written.

    `held[i]` is whether the i-th write's condition held, in DynamoDB's order: condition checks,
    deletes, puts, updates, each kind in the order in which it was added.
    """

    def __init__(self, held: tuple[bool, ...]) -> None:
        super().__init__("Something changed in the meantime; nothing was written.")
        self.held = held


class _Bound(Model):
    """What `bind` adds to a row class: the process's one client, made at the first request."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        table.connection._client = direct.dynamodb()  # type: ignore[assignment]
        return table


def bind[Row: Model](row: type[Row], table_name: str) -> type[Row]:
    """That row class on that table.

    It is a class of its own, so that two stores of one room can exist side by side.
    """
    namespace = {
        "__module__": row.__module__,
        "Meta": type("Meta", (cast("type", row.Meta),), {"table_name": table_name}),
        "DoesNotExist": row.DoesNotExist,
        "_connection": None,
    }
    make: Callable[..., type[Row]] = type(row)
    return make(row.__name__, (_Bound, row), namespace)


class Transaction(TransactWrite):
    """All of its writes or none, as a context manager that commits at its end.

    Conflicts with another transaction in flight are tried again with jitter. A lost reply is safe:
    the client repeats a request with the same client token, and DynamoDB answers a token once.

    Raises:
        CommitRefusedError: A condition did not hold.
        BusyError: Other transactions kept the items busy (for 1.5 s at most).
    """

    def __init__(self, row: type[Model], pause: Callable[[float], None] = time.sleep) -> None:
        super().__init__(connection=row._get_connection().connection)
        self._pause = pause

    def _commit(self) -> Any:  # noqa: ANN401 - as the method it overrides
        for attempt in range(_CONFLICT_ATTEMPTS):
            if attempt:
                self._pause(random.uniform(0, _BACKOFF_SECONDS * 2**attempt))  # noqa: S311
            try:
                return super()._commit()
            except TransactWriteError as error:
                reasons = [reason.code if reason else "" for reason in error.cancellation_reasons]
                if _CONDITION_FAILED in reasons:
                    held = tuple(code != _CONDITION_FAILED for code in reasons)
                    raise CommitRefusedError(held) from error
                if _CONFLICT not in reasons:
                    raise
        raise BusyError("Too many others are at this right now; nothing was written.")


def at_version[Row: Model](row: Row, version: int | None) -> Row:
    """The row, to be written over that version, or as a new one; over any other it is stale."""
    if version is not None:
        row.version = version  # type: ignore[attr-defined]
    return row


def is_transient(error: BaseException) -> bool:
    """Whether AWS was unreachable, slow or throttling: the same request may succeed later."""
    if isinstance(error, TransactWriteError) and any(
        reason and reason.code in _TRANSIENT_REASONS for reason in error.cancellation_reasons
    ):
        return True
    cause = error.cause if isinstance(error, PynamoDBException) else error
    if isinstance(cause, ClientError):
        return cause.response.get("Error", {}).get("Code", "") in _TRANSIENT
    return isinstance(cause, ConnectionError | HTTPClientError)


class EntryColumns:
    """The columns of a row that carries a timeline entry; streams filter on `entry_type`."""

    entry_id = UnicodeAttribute(null=True)
    entry_type = UnicodeAttribute(null=True)
    entry_subject = UnicodeAttribute(null=True)
    occurred_at = UnicodeAttribute(null=True)
    entry_actor = UnicodeAttribute(null=True)
    entry_data = UnicodeAttribute(null=True)


def entry_columns(entry: Entry) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "entry_type": entry.entry_type,
        "entry_subject": entry.subject,
        "occurred_at": to_text(entry.occurred_at),
        "entry_actor": entry.actor,
        "entry_data": json.dumps(dict(entry.data)),
    }


def entry_from(columns: dict[str, Any]) -> Entry:
    """The entry in a row's columns: a store's row, or a stream record's image with plain values."""
    return Entry(
        entry_id=columns["entry_id"],
        entry_type=columns["entry_type"],
        subject=columns["entry_subject"],
        occurred_at=from_text(columns["occurred_at"]),
        actor=Actor(columns.get("entry_actor") or UNKNOWN),
        data=json.loads(columns["entry_data"]),
    )
