"""Copies of pictures in S3; an empty one notes an attempt that failed."""

from datetime import datetime

from botocore.exceptions import ClientError

from aftercare.kernel.actor import Actor
from aftercare.kernel.aws import client
from aftercare.pictures.model import is_of_batch

# Without the permission to list, S3 answers 403 for an object that is not there.
_ABSENT = frozenset({"404", "403", "NoSuchKey", "AccessDenied"})


class PictureBucket:
    """The folders `pictures/` and `batch-pictures/` of the documents' bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def is_open(self, key: str, *, failed_before: datetime) -> bool:
        """Whether there is no copy, and no attempt since then that failed."""
        try:
            found = client("s3").head_object(Bucket=self._bucket, Key=_place(key))
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return True
            raise
        return not found["ContentLength"] and found["LastModified"] < failed_before

    def put(self, key: str, copy: bytes, actor: Actor) -> None:
        client("s3").put_object(
            Bucket=self._bucket,
            Key=_place(key),
            Body=copy,
            ContentType="image/webp",
            Metadata={"actor": actor},
        )

    def get(self, key: str) -> bytes | None:
        try:
            return client("s3").get_object(Bucket=self._bucket, Key=_place(key))["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise


def _place(key: str) -> str:
    # Orders' pictures go after 800 days; codes are checked for years (template.yaml).
    return f"{'batch-pictures' if is_of_batch(key) else 'pictures'}/{key}.webp"
