"""Videos in S3: uploaded in parts, read by ranges, kept by copies that S3 makes itself."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from aftercare.evidence.containers.ranges import MOST_BYTES, Ranges
from aftercare.evidence.model import MOST_VIDEO_BYTES, Evidence, Upload
from aftercare.evidence.upload_forms import upload_form
from aftercare.kernel.aws import client
from aftercare.kernel.errors import StaleWriteError

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# S3 takes no smaller parts but the last, and copies one of this size in about a second.
_COPIED_BYTES = 32 * 1024 * 1024
_PART_SECONDS = 900
_FORM_SECONDS = 3600
_LINK_SECONDS = 300
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})
_REPLACED = frozenset({"PreconditionFailed", "412"})


class Part(NamedTuple):
    """A part of an upload that arrived."""

    number: int
    size: int
    etag: str


class StoredVideo(NamedTuple):
    """An upload that is complete. Its tag changes if another one takes its place."""

    key: str
    size: int
    etag: str


@contextmanager
def _unchanged() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _REPLACED:
            raise StaleWriteError("Another upload took this one's place.") from error
        raise


@contextmanager
def _unless_over() -> Iterator[None]:
    """The upload may have been completed or thrown away already: the SDK repeats lost requests."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise


class VideoBucket:
    """Uploads in one bucket, accepted videos in another."""

    def __init__(self, uploads: str, documents: str) -> None:
        self.uploads = uploads
        self.documents = documents

    def form(self, slot: Evidence, return_to: str) -> Upload:
        """A presigned POST of the whole video, for browsers without scripts; good for an hour."""
        return upload_form(
            self.uploads, slot, return_to, most=MOST_VIDEO_BYTES, seconds=_FORM_SECONDS
        )

    def start(self, slot: Evidence) -> str:
        """Begins an upload in parts; one that nobody completes is gone after a day."""
        answer = client("s3").create_multipart_upload(
            Bucket=self.uploads, Key=slot.upload_key, ContentType=slot.content_type
        )
        return answer["UploadId"]

    def part_url(self, slot: Evidence, upload_id: str, number: int, size: int) -> str:
        """A link that takes that part, of exactly that size, for fifteen minutes."""
        part = {
            "Bucket": self.uploads,
            "Key": slot.upload_key,
            "UploadId": upload_id,
            "PartNumber": number,
            "ContentLength": size,
        }
        return client("s3").generate_presigned_url(
            "upload_part", Params=part, ExpiresIn=_PART_SECONDS
        )

    def parts(self, slot: Evidence, upload_id: str) -> tuple[Part, ...] | None:
        """The parts that arrived; none of an upload that is over, completed or not."""
        try:
            answer = client("s3").list_parts(
                Bucket=self.uploads, Key=slot.upload_key, UploadId=upload_id
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchUpload":
                return None
            raise
        return tuple(
            Part(part["PartNumber"], part["Size"], part["ETag"]) for part in answer.get("Parts", ())
        )

    def complete(self, slot: Evidence, upload_id: str, parts: Sequence[Part]) -> None:
        """Puts the parts together. Safe to repeat."""
        put_together: list[CompletedPartTypeDef] = [
            {"PartNumber": part.number, "ETag": part.etag} for part in parts
        ]
        with _unless_over():
            client("s3").complete_multipart_upload(
                Bucket=self.uploads,
                Key=slot.upload_key,
                UploadId=upload_id,
                MultipartUpload={"Parts": put_together},
            )

    def abandon(self, slot: Evidence, upload_id: str) -> None:
        """Throws away the parts of an upload. Safe to repeat."""
        with _unless_over():
            client("s3").abort_multipart_upload(
                Bucket=self.uploads, Key=slot.upload_key, UploadId=upload_id
            )

    def uploaded(self, slot: Evidence) -> StoredVideo | None:
        """The upload of that slot; none if there is none any more."""
        try:
            head = client("s3").head_object(Bucket=self.uploads, Key=slot.upload_key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        return StoredVideo(slot.upload_key, head["ContentLength"], head["ETag"])

    def ranges(self, video: StoredVideo) -> Ranges:
        """The upload, to be read by ranges.

        Reading raises StaleWriteError if another upload has taken its place.
        """

        def fetch(offset: int, length: int) -> bytes:
            with _unchanged():
                answer = client("s3").get_object(
                    Bucket=self.uploads,
                    Key=video.key,
                    IfMatch=video.etag,
                    Range=f"bytes={offset}-{offset + length - 1}",
                )
            with closing(answer["Body"]) as body:
                return body.read(length)

        return Ranges(video.size, fetch)

    def digest(self, video: StoredVideo) -> str:
        """The SHA-256 of the upload, which streams by in chunks of 256 KB.

        Raises:
            StaleWriteError: Another upload has taken its place.
        """
        digest = sha256()
        with _unchanged():
            answer = client("s3").get_object(Bucket=self.uploads, Key=video.key, IfMatch=video.etag)
        with closing(answer["Body"]) as body:
            for chunk in body.iter_chunks(MOST_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    def keep(self, slot: Evidence, video: StoredVideo) -> None:
        """Copies the upload to where accepted videos are kept, within S3. Safe to repeat.

        In parts: S3 answers each of them well within our time-out, and a copy of all might not.

        Raises:
            StaleWriteError: Another upload has taken its place.
        """
        begun = client("s3").create_multipart_upload(
            Bucket=self.documents, Key=slot.video_key, ContentType=slot.content_type
        )
        upload_id = begun["UploadId"]
        parts: list[CompletedPartTypeDef] = [
            {"PartNumber": number, "ETag": self._copy_part(slot, upload_id, video, number)}
            for number in range(1, -(-video.size // _COPIED_BYTES) + 1)
        ]
        with _unless_over():
            client("s3").complete_multipart_upload(
                Bucket=self.documents,
                Key=slot.video_key,
                UploadId=upload_id,
                MultipartUpload={"Parts": parts},
            )

    def _copy_part(self, slot: Evidence, upload_id: str, video: StoredVideo, number: int) -> str:
        start = (number - 1) * _COPIED_BYTES
        end = min(start + _COPIED_BYTES, video.size) - 1
        with _unchanged():
            answer = client("s3").upload_part_copy(
                Bucket=self.documents,
                Key=slot.video_key,
                UploadId=upload_id,
                PartNumber=number,
                CopySource={"Bucket": self.uploads, "Key": video.key},
                CopySourceIfMatch=video.etag,
                CopySourceRange=f"bytes={start}-{end}",
            )
        return answer["CopyPartResult"]["ETag"]

    def url(self, slot: Evidence) -> str:
        """A link to the kept video, valid for five minutes; it is shown, not saved."""
        where = {
            "Bucket": self.documents,
            "Key": slot.video_key,
            "ResponseContentType": slot.content_type,
            "ResponseContentDisposition": "inline",
        }
        return client("s3").generate_presigned_url(
            "get_object", Params=where, ExpiresIn=_LINK_SECONDS
        )
