"""Parcels: one item per tracking number, and the entries that they commit.

The table's only key has the kind of item before it: `PARCEL#<number>`, `ENTRY#<number>#<version>`
and, where several owners are told at once, `#<place>` behind it. Parcels whose silence goes on are
in the index `by_silence`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.due.model import Timer, required
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.errors import InvalidError, NewerDataError
from aftercare.kernel.stored import member
from aftercare.kernel.tables import EntryColumns, Transaction, at_version, bind, entry_columns
from aftercare.kernel.timeline import Entry
from aftercare.parcels.model import (
    KEPT,
    UNKNOWN_KEPT,
    Direction,
    Owner,
    Parcel,
    ParcelStatus,
    Scan,
    Silent,
    SilentPage,
)
from aftercare.parcels.silence import is_silent

# 1 has no silences.
_SCHEMA = 2
_SILENT = "SILENT"
_PAGE = 20


class _BySilence(GlobalSecondaryIndex["_ParcelRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_silence"
        projection = IncludeProjection(["carrier", "owners"])

    silence = UnicodeAttribute(hash_key=True)
    silent_at = UnicodeAttribute(range_key=True)


class _ParcelRow(Model):
    class Meta:
        table_name = "parcels"

    pk = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    schema = NumberAttribute(default=_SCHEMA)
    carrier = UnicodeAttribute(null=True)
    owners = UnicodeAttribute()
    scans = UnicodeAttribute()
    silence = UnicodeAttribute(null=True)
    silent_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    by_silence = _BySilence()


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "parcels"

    pk = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


class ParcelStore:
    """Parcels in DynamoDB, keyed by their number: whoever is first to name it, they meet there."""

    def __init__(self, table_name: str, due: DueStore | None = None) -> None:
        self._due = due
        self._parcels = bind(_ParcelRow, table_name)
        self._entries = bind(_EntryRow, table_name)

    def get(self, number: str) -> Parcel:
        """The parcel of that number; an empty one if nobody has named it yet.

        Raises:
            NewerDataError: A newer version stored a status that this one does not know.
        """
        try:
            return _parcel(number, self._parcels.get(_key(number), consistent_read=True))
        except _ParcelRow.DoesNotExist:
            return Parcel(number)

    def of_numbers(self, numbers: Iterable[str]) -> Iterator[Parcel]:
        """The parcels of those numbers that somebody has named, in no order.

        What only a newer version can read is left out.
        """
        keys = [_key(number) for number in numbers]
        rows = self._parcels.batch_get(keys, consistent_read=True) if keys else ()
        for row in rows:
            with suppress(NewerDataError):
                yield _parcel(row.pk.removeprefix(_key("")), row)

    def silent(self, after: str = "") -> SilentPage:
        """Up to 20 parcels whose silence goes on, the longest silent first, behind that place.

        It may be seconds behind.

        Raises:
            InvalidError: `after` is no place in it.
        """
        start = _place_in(after) if after else None
        index = self._parcels.by_silence
        rows = list(index.query(_SILENT, limit=_PAGE + 1, last_evaluated_key=start))
        parcels = tuple(
            Silent(
                row.pk.removeprefix(_key("")),
                row.carrier or "",
                tuple(_owner(each) for each in _list(row.owners)),
                from_text(row.silent_at),
            )
            for row in rows[:_PAGE]
        )
        if len(rows) <= _PAGE:
            return SilentPage(parcels)
        last = parcels[-1]
        return SilentPage(parcels, f"{to_text(last.silent_at)}#{last.number}")

    def save(
        self, parcel: Parcel, entries: Sequence[Entry], now: datetime, timer: Timer | None = None
    ) -> None:
        """Writes a new parcel, or replaces the version that was read, with its entries and timer.

        Raises:
            StaleWriteError: Another worker was first; nothing was written.
            BusyError: Other workers kept the parcel busy.
        """
        row = self._parcels(
            _key(parcel.number),
            carrier=parcel.carrier or None,
            owners=json.dumps([_owner_fields(each) for each in parcel.owners]),
            scans=json.dumps([_scan_fields(each) for each in parcel.scans]),
            silence=_SILENT if is_silent(parcel) else None,
            silent_at=to_text(parcel.silent_at) if parcel.silent_at else None,
            expires_at=now + (KEPT if parcel.owners else UNKNOWN_KEPT),
        )
        version = (parcel.version or 0) + 1
        with Transaction(self._parcels) as commit:
            commit.save(at_version(row, parcel.version))
            for place, entry in enumerate(entries):
                key = f"ENTRY#{parcel.number}#{version:06d}" + (f"#{place}" if place else "")
                commit.save(
                    self._entries(key, expires_at=now + KEPT, **entry_columns(entry)),
                    _EntryRow.pk.does_not_exist(),
                )
            if timer:
                required(self._due).add(commit, timer)


def _key(number: str) -> str:
    return f"PARCEL#{number}"


def _place_in(after: str) -> dict[str, Any]:
    """The key of the place in the index that a page's `after` names."""
    silent_at, _, number = after.partition("#")
    if not (silent_at and number):
        raise InvalidError("That is no place in the list.", field="after")
    texts = {"silence": _SILENT, "silent_at": silent_at, "pk": _key(number)}
    return {name: {"S": text} for name, text in texts.items()}


def _owner_fields(owner: Owner) -> dict[str, str]:
    return {
        "direction": owner.direction,
        "subject": owner.subject,
        "carrier": owner.carrier,
        "tracking_number": owner.tracking_number,
    }


def _scan_fields(scan: Scan) -> dict[str, str]:
    fields = {
        "status": scan.status or "",
        "at": to_text(scan.scanned_at),
        "source": scan.source,
        "words": scan.words,
        "place": scan.place,
    }
    return {name: value for name, value in fields.items() if value}


def _parcel(number: str, row: _ParcelRow) -> Parcel:
    return Parcel(
        number=number,
        carrier=row.carrier or "",
        owners=tuple(_owner(each) for each in _list(row.owners)),
        scans=tuple(_scan(each) for each in _list(row.scans)),
        silent_at=from_text(row.silent_at) if row.silent_at else None,
        version=int(row.version),
    )


def _list(text: str) -> list[Mapping[str, Any]]:
    parsed: list[Mapping[str, Any]] = json.loads(text)
    return parsed


def _owner(stored: Mapping[str, Any]) -> Owner:
    return Owner(
        member(Direction, stored["direction"]),
        stored["subject"],
        stored.get("carrier", ""),
        stored["tracking_number"],
    )


def _scan(stored: Mapping[str, Any]) -> Scan:
    return Scan(
        status=member(ParcelStatus, stored["status"]) if stored.get("status") else None,
        scanned_at=from_text(stored["at"]),
        source=stored.get("source", ""),
        words=stored.get("words", ""),
        place=stored.get("place", ""),
    )
