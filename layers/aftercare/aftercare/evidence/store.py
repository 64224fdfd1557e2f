"""Photo slots and verdicts in a table; uploads and accepted photos in S3."""

from datetime import timedelta

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.evidence.errors import TooManyPhotosError
from aftercare.evidence.model import MOST_BYTES, MOST_PHOTOS, Evidence, EvidenceState, Upload
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.aws import client
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import member
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind, conditional

_COUNT = "COUNT"
_SLOT = "evd_"
_KEPT = timedelta(days=400)
_FORM_SECONDS = 600
_LINK_SECONDS = 300


# Schema 1 named neither who opened a slot nor who screened its photo.
_SCHEMA = 2


class _SlotRow(Model):
    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    content_type = UnicodeAttribute()
    opened_at = UnicodeAttribute()
    state = UnicodeAttribute()
    refusal = UnicodeAttribute(default="")
    sha256 = UnicodeAttribute(default="")
    opened_by = UnicodeAttribute(default=UNKNOWN)
    screened_by = UnicodeAttribute(default=UNKNOWN)
    expires_at = TTLAttribute()


class _CountRow(Model):
    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    slots = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class EvidenceStore:
    """Photo slots in DynamoDB. A verdict is written once."""

    def __init__(self, table_name: str) -> None:
        self._slots, self._counts = bind(_SlotRow, table_name), bind(_CountRow, table_name)

    def open(self, evidence: Evidence) -> None:
        """Adds a slot to its return.

        Raises:
            TooManyPhotosError: The return has all the slots it may have.
        """
        count = self._counts(evidence.return_id, _COUNT)
        ends = evidence.opened_at + _KEPT
        try:
            with Transaction(self._slots) as commit:
                commit.save(self._row(evidence), _SlotRow.return_id.does_not_exist())
                commit.update(
                    count,
                    [_CountRow.slots.add(1), _CountRow.expires_at.set(ends)],
                    _CountRow.slots.does_not_exist() | (_CountRow.slots < MOST_PHOTOS),
                )
        except CommitRefusedError as error:
            raise TooManyPhotosError(
                f"A return takes up to {MOST_PHOTOS} photos.", most=MOST_PHOTOS
            ) from error

    def get(self, return_id: str, evidence_id: str) -> Evidence | None:
        try:
            return _evidence(self._slots.get(return_id, evidence_id, consistent_read=True))
        except self._slots.DoesNotExist:
            return None

    def of_return(self, return_id: str) -> tuple[Evidence, ...]:
        """The return's slots, oldest first."""
        rows = self._slots.query(
            return_id, _SlotRow.evidence_id.startswith(_SLOT), consistent_read=True
        )
        return tuple(_evidence(row) for row in rows)

    def settle(self, evidence: Evidence) -> None:
        """Writes the verdict on a slot that had none.

        Raises:
            StaleWriteError: Another screening was first.
        """
        with conditional():
            self._row(evidence).save(_SlotRow.state == EvidenceState.WAITING)

    def _row(self, evidence: Evidence) -> _SlotRow:
        return self._slots(
            evidence.return_id,
            evidence.evidence_id,
            content_type=evidence.content_type,
            opened_at=to_text(evidence.opened_at),
            state=evidence.state,
            refusal=evidence.refusal,
            sha256=evidence.sha256,
            opened_by=evidence.opened_by,
            screened_by=evidence.screened_by,
            expires_at=evidence.opened_at + _KEPT,
        )


class PhotoBucket:
    """The two buckets: uploads, kept for a day at most, and accepted photos."""

    def __init__(self, uploads: str, documents: str) -> None:
        self.uploads = uploads
        self.documents = documents

    def form(self, evidence: Evidence, return_to: str) -> Upload:
        """A presigned POST for this slot: its key, its type, 1 byte to 15 MB, within ten minutes.

        `return_to` is the absolute URL a browser without scripts is sent to afterwards; empty for
        none.
        """
        fields = {"Content-Type": evidence.content_type}
        fields |= (
            {"success_action_redirect": return_to}
            if return_to
            else {"success_action_status": "201"}
        )
        post = client("s3").generate_presigned_post(
            self.uploads,
            evidence.upload_key,
            Fields=dict(fields),
            Conditions=[
                ["content-length-range", 1, MOST_BYTES],
                *({k: v} for k, v in fields.items()),
            ],
            ExpiresIn=_FORM_SECONDS,
        )
        return Upload(post["url"], post["fields"])

    def uploaded(self, evidence: Evidence) -> bytes | None:
        """The upload of that slot; none if there is none any more."""
        try:
            answer = client("s3").get_object(Bucket=self.uploads, Key=evidence.upload_key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return answer["Body"].read(MOST_BYTES + 1)

    def keep(self, evidence: Evidence, photo: bytes, thumbnail: bytes) -> None:
        for key, body in ((evidence.photo_key, photo), (evidence.thumbnail_key, thumbnail)):
            client("s3").put_object(
                Bucket=self.documents, Key=key, Body=body, ContentType="image/jpeg"
            )

    def discard_upload(self, upload_key: str) -> None:
        client("s3").delete_object(Bucket=self.uploads, Key=upload_key)

    def thumbnail_url(self, evidence: Evidence) -> str:
        """A link to the thumbnail, valid for five minutes."""
        where = {"Bucket": self.documents, "Key": evidence.thumbnail_key}
        return client("s3").generate_presigned_url(
            "get_object", Params=where, ExpiresIn=_LINK_SECONDS
        )


def _evidence(row: _SlotRow) -> Evidence:
    return Evidence(
        return_id=row.return_id,
        evidence_id=row.evidence_id,
        content_type=row.content_type,
        opened_at=from_text(row.opened_at),
        state=member(EvidenceState, row.state),
        refusal=row.refusal,
        sha256=row.sha256,
        opened_by=Actor(row.opened_by),
        screened_by=Actor(row.screened_by),
    )
