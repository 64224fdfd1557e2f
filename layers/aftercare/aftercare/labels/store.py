"""Where labels live: one item per return in a table, the printed page in S3."""

import json
from dataclasses import asdict

from pynamodb.attributes import UnicodeAttribute, VersionAttribute
from pynamodb.models import Model

from aftercare.kernel.address import Address
from aftercare.kernel.aws import client
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import at_version, bind, conditional
from aftercare.labels.model import Label, LabelStatus

_LINK_SECONDS = 120


class _LabelRow(Model):
    class Meta:
        table_name = "labels"

    pk = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    label_id = UnicodeAttribute()
    ticket = UnicodeAttribute()
    market = UnicodeAttribute()
    ship_from = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    status = UnicodeAttribute()
    tracking_number = UnicodeAttribute(default="")
    claimed_until = UnicodeAttribute(null=True)


class LabelStore:
    """Labels in DynamoDB, keyed by their return: there is room for one."""

    def __init__(self, table_name: str) -> None:
        self._labels = bind(_LabelRow, table_name)

    def of_return(self, return_id: str) -> Label | None:
        try:
            return _label(self._labels.get(_key(return_id), consistent_read=True))
        except self._labels.DoesNotExist:
            return None

    def save(self, label: Label) -> Label:
        """Writes a new label, or replaces the version that was read; returns it as stored.

        Raises:
            StaleWriteError: Another worker was first.
        """
        row = self._labels(
            _key(label.return_id),
            label_id=label.label_id,
            ticket=label.ticket,
            market=label.market,
            ship_from=json.dumps(asdict(label.ship_from)),
            requested_at=to_text(label.requested_at),
            status=label.status,
            tracking_number=label.tracking_number,
            claimed_until=to_text(label.claimed_until) if label.claimed_until else None,
        )
        at_version(row, label.version)
        with conditional():
            row.save()
        return _label(row)


class LabelBucket:
    """The printed labels."""

    def __init__(self, documents: str) -> None:
        self._documents = documents

    def put(self, key: str, pdf: bytes) -> None:
        client("s3").put_object(
            Bucket=self._documents, Key=key, Body=pdf, ContentType="application/pdf"
        )

    def url(self, key: str, filename: str) -> str:
        """A link that downloads that page under that file name, valid for two minutes."""
        where = {
            "Bucket": self._documents,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{filename}"',
        }
        return client("s3").generate_presigned_url(
            "get_object", Params=where, ExpiresIn=_LINK_SECONDS
        )


def _key(return_id: str) -> str:
    return f"RETURN#{return_id}"


def _label(row: _LabelRow) -> Label:
    return Label(
        label_id=row.label_id,
        return_id=row.pk.removeprefix("RETURN#"),
        ticket=row.ticket,
        market=row.market,
        ship_from=Address(**json.loads(row.ship_from)),
        requested_at=from_text(row.requested_at),
        status=LabelStatus(row.status),
        tracking_number=row.tracking_number,
        claimed_until=from_text(row.claimed_until) if row.claimed_until else None,
        version=int(row.version),
    )
