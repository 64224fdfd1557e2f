"""Labels: one item for each label of a return in a table, the printed page in S3."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.models import Model

from aftercare.kernel.address import Address
from aftercare.kernel.aws import client
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.due.model import Timer, required
from aftercare.kernel.objects import purge, read_object
from aftercare.kernel.stored import from_fields, member, to_fields
from aftercare.kernel.tables import EntryColumns, Transaction, at_version, bind, entry_columns
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import (
    HOUSE_CARRIER,
    KEPT,
    MOST_PARCELS,
    Label,
    LabelStatus,
    Offer,
    Scan,
    ScanKind,
    VoidAnswer,
)

if TYPE_CHECKING:
    from aftercare.kernel.due.store import DueStore

_LINK_SECONDS = 120
# Schema 1 named neither a carrier nor the moment of release, and had no entries. Schema 2 had no
# offers and did not say what a carrier answered to a void. Schema 3 took its first answer for the
# last.
_SCHEMA = 4


class _LabelRow(Model):
    class Meta:
        table_name = "labels"

    pk = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    schema = NumberAttribute(default=_SCHEMA)
    label_id = UnicodeAttribute()
    ticket = UnicodeAttribute()
    market = UnicodeAttribute()
    ship_from = UnicodeAttribute()
    carrier = UnicodeAttribute(null=True)
    requested_at = UnicodeAttribute()
    status = UnicodeAttribute()
    tracking_number = UnicodeAttribute(default="")
    claimed_until = UnicodeAttribute(null=True)
    released_at = UnicodeAttribute(null=True)
    fault = UnicodeAttribute(null=True)
    prepaid = BooleanAttribute(null=True)
    language = UnicodeAttribute(default="en")
    scans = JSONAttribute(null=True)
    void_asked_at = UnicodeAttribute(null=True)
    void_refused_at = UnicodeAttribute(null=True)
    offer = JSONAttribute(null=True)
    void_answer = UnicodeAttribute(null=True)
    void_due_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "labels"

    pk = UnicodeAttribute(hash_key=True)


class _NumberRow(Model):
    """Whose a tracking number is, from when the label is bought; scans name nothing else."""

    class Meta:
        table_name = "labels"

    pk = UnicodeAttribute(hash_key=True)
    return_id = UnicodeAttribute()
    label_number = NumberAttribute(null=True)
    parcel = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class LabelStore:
    """Labels in DynamoDB, keyed by their return and their number, so that none is made twice.

    `due` has their timers.
    """

    def __init__(self, table_name: str, due: "DueStore | None" = None) -> None:
        self._due = due
        self._labels = bind(_LabelRow, table_name)
        self._entries = bind(_EntryRow, table_name)
        self._numbers = bind(_NumberRow, table_name)

    def of_return(self, return_id: str, number: int = 1, parcel: int = 1) -> Label | None:
        """The label of a return with that number, for that parcel."""
        try:
            return _label(self._labels.get(_key(return_id, number, parcel), consistent_read=True))
        except self._labels.DoesNotExist:
            return None

    def all_of_return(self, return_id: str) -> tuple[Label, ...]:
        """Every label of a return, by number and parcel: those of first parcels have no gaps."""
        labels, number = list[Label](), 1
        while of_number := self.with_number(return_id, number):
            labels.extend(of_number)
            number += 1
        return tuple(labels)

    def with_number(self, return_id: str, number: int) -> tuple[Label, ...]:
        """The labels of a return with that number, by parcel; none if its first parcel has none."""
        first = self.of_return(return_id, number)
        if first is None:
            return ()
        others = (self.of_return(return_id, number, each) for each in range(2, MOST_PARCELS + 1))
        return (first, *filter(None, others))

    def scanned(self, scan: Scan) -> Label | None:
        """The label with that carrier's tracking number."""
        row = self._number(scan.carrier, scan.tracking_number)
        if row is None:
            return None
        return self.of_return(row.return_id, int(row.label_number or 1), int(row.parcel or 1))

    def return_of(self, carrier: str, tracking_number: str) -> str:
        """The id of the return whose label has that carrier's tracking number; "" if none has."""
        row = self._number(carrier, tracking_number)
        return row.return_id if row else ""

    def save_bought(self, label: Label) -> Label:
        """Writes a label that has its tracking number now, by which scans find it.

        Raises:
            StaleWriteError: Another worker was first.
        """
        row = at_version(self._row(label), label.version)
        number = self._numbers(
            _number_key(label.carrier, label.tracking_number),
            return_id=label.return_id,
            label_number=label.number if label.number > 1 else None,
            parcel=label.parcel if label.parcel > 1 else None,
            expires_at=label.requested_at + KEPT,
        )
        with Transaction(self._labels) as commit:
            commit.save(row)
            commit.save(number)
        return _label(row)

    def save(self, label: Label, entry: Entry | None = None, *timers: Timer) -> Label:
        """Writes a new label, or replaces the version that was read; returns it as stored.

        With an entry or timers, all are written together or nothing.

        Raises:
            StaleWriteError: Another worker was first.
        """
        row = at_version(self._row(label), label.version)
        if entry is None and not timers:
            with conditional():
                row.save()
            return _label(row)
        with Transaction(self._labels) as commit:
            commit.save(row)
            if entry:
                commit.save(self._entry_row(label, entry), _EntryRow.pk.does_not_exist())
            for timer in timers:
                required(self._due).add(commit, timer)
        return _label(row)

    def _number(self, carrier: str, tracking_number: str) -> _NumberRow | None:
        try:
            return self._numbers.get(_number_key(carrier, tracking_number), consistent_read=True)
        except self._numbers.DoesNotExist:
            return None

    def _row(self, label: Label) -> _LabelRow:
        return self._labels(
            _key(label.return_id, label.number, label.parcel),
            label_id=label.label_id,
            ticket=label.ticket,
            market=label.market,
            ship_from=json.dumps(asdict(label.ship_from)),
            carrier=label.carrier,
            requested_at=to_text(label.requested_at),
            status=label.status,
            tracking_number=label.tracking_number,
            claimed_until=to_text(label.claimed_until) if label.claimed_until else None,
            released_at=to_text(label.released_at) if label.released_at else None,
            fault=label.fault or None,
            prepaid=None if label.prepaid else False,
            language=label.language,
            scans={kind: to_text(at) for kind, at in label.scans.items()} or None,
            void_asked_at=to_text(label.void_asked_at) if label.void_asked_at else None,
            void_refused_at=to_text(label.void_refused_at) if label.void_refused_at else None,
            offer=to_fields(label.offer) if label.offer else None,
            void_answer=label.void_answer,
            void_due_at=to_text(label.void_due_at) if label.void_due_at else None,
            expires_at=label.requested_at + KEPT,
        )

    def _entry_row(self, label: Label, entry: Entry) -> _EntryRow:
        # Numbered by the version that it makes: no step is announced twice.
        number = (label.version or 0) + 1
        return self._entries(f"ENTRY#{label.label_id}#{number:06d}", **entry_columns(entry))


class LabelBucket:
    """The printed labels, each in its formats."""

    def __init__(self, documents: str) -> None:
        self._documents = documents

    def put(self, key: str, document: bytes, content_type: str) -> None:
        client("s3").put_object(
            Bucket=self._documents, Key=key, Body=document, ContentType=content_type
        )

    def get(self, key: str) -> bytes | None:
        """The document with that key; none if there is none."""
        return read_object(self._documents, key)

    def purge(self, prefix: str) -> None:
        """Deletes every version of every document whose key begins so. Safe to repeat."""
        purge(self._documents, prefix)

    def url(self, key: str, filename: str) -> str:
        """A link that downloads that document under that file name, valid for two minutes."""
        where = {
            "Bucket": self._documents,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{filename}"',
        }
        return client("s3").generate_presigned_url(
            "get_object", Params=where, ExpiresIn=_LINK_SECONDS
        )


def _key(return_id: str, number: int, parcel: int) -> str:
    """A return's first label has the key that it had when a return had no other."""
    if parcel > 1:
        return f"RETURN#{return_id}#{number}#{parcel}"
    return f"RETURN#{return_id}#{number}" if number > 1 else f"RETURN#{return_id}"


def _number_key(carrier: str, tracking_number: str) -> str:
    return f"NUMBER#{carrier}#{tracking_number}"


def _scans(row: _LabelRow) -> dict[ScanKind, datetime]:
    """Those of kinds that this version knows."""
    known = set(ScanKind)
    return {
        ScanKind(kind): from_text(at) for kind, at in (row.scans or {}).items() if kind in known
    }


def _label(row: _LabelRow) -> Label:
    return_id, number, parcel = (*row.pk.removeprefix("RETURN#").split("#"), "1", "1")[:3]
    return Label(
        label_id=row.label_id,
        return_id=return_id,
        number=int(number),
        parcel=int(parcel),
        ticket=row.ticket,
        market=row.market,
        ship_from=from_fields(Address, json.loads(row.ship_from)),
        # Schema 1 was written when the built-in carrier was the only one.
        carrier=row.carrier or HOUSE_CARRIER,
        requested_at=from_text(row.requested_at),
        status=member(LabelStatus, row.status),
        tracking_number=row.tracking_number,
        claimed_until=from_text(row.claimed_until) if row.claimed_until else None,
        released_at=from_text(row.released_at) if row.released_at else None,
        fault=row.fault or "",
        prepaid=row.prepaid is not False,
        language=row.language,
        scans=_scans(row),
        void_asked_at=from_text(row.void_asked_at) if row.void_asked_at else None,
        void_refused_at=from_text(row.void_refused_at) if row.void_refused_at else None,
        offer=from_fields(Offer, row.offer) if row.offer else None,
        void_answer=member(VoidAnswer, row.void_answer) if row.void_answer else None,
        void_due_at=from_text(row.void_due_at) if row.void_due_at else None,
        version=int(row.version),
    )
