"""Photos in S3: uploads that wait for their verdict, and the copies of accepted ones."""

from botocore.exceptions import ClientError

from aftercare.evidence.model import MOST_BYTES, Evidence, Upload
from aftercare.evidence.upload_forms import upload_form
from aftercare.kernel.aws import client

_FORM_SECONDS = 600
_LINK_SECONDS = 300


class PhotoBucket:
    """The two buckets: uploads, kept for a day at most, and accepted photos."""

    def __init__(self, uploads: str, documents: str) -> None:
        self.uploads = uploads
        self.documents = documents

    def form(self, evidence: Evidence, return_to: str = "") -> Upload:
        """A presigned POST for this slot: its key, its type, 1 byte to 15 MB, within ten minutes.

        `return_to` is the absolute URL a browser without scripts is sent to afterwards; empty for
        none.
        """
        return upload_form(
            self.uploads, evidence, return_to, most=MOST_BYTES, seconds=_FORM_SECONDS
        )

    def put(self, evidence: Evidence, upload: bytes) -> None:
        """Puts what came otherwise where browsers put uploads."""
        client("s3").put_object(
            Bucket=self.uploads,
            Key=evidence.upload_key,
            Body=upload,
            ContentType=evidence.content_type,
        )

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

    def discard(self, evidence: Evidence) -> None:
        """Deletes the files of accepted evidence."""
        for key in evidence.kept_keys:
            client("s3").delete_object(Bucket=self.documents, Key=key)

    def discard_strays(self, evidence: Evidence) -> None:
        """Deletes whatever files a slot has, where it is not known which.

        A screening may have ended between keeping them and writing its verdict.
        """
        listed = client("s3").list_objects_v2(Bucket=self.documents, Prefix=evidence.prefix)
        for found in listed.get("Contents", []):
            client("s3").delete_object(Bucket=self.documents, Key=found["Key"])

    def thumbnail_url(self, evidence: Evidence) -> str:
        """A link to the thumbnail, valid for five minutes."""
        return self._link(evidence.thumbnail_key)

    def photo_url(self, evidence: Evidence) -> str:
        """A link to the copy that was kept, valid for five minutes."""
        return self._link(evidence.photo_key)

    def _link(self, key: str) -> str:
        where = {"Bucket": self.documents, "Key": key}
        return client("s3").generate_presigned_url(
            "get_object", Params=where, ExpiresIn=_LINK_SECONDS
        )
