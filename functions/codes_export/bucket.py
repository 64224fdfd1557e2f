"""The bucket of the files: encrypted with its own key, deleted after a week."""

import io
from typing import IO, cast

from boto3.s3.transfer import TransferConfig

from aftercare.kernel.aws import client

PART_BYTES = 8 * 1024 * 1024


def upload(bucket: str, key: str, file: io.RawIOBase) -> None:
    """Uploads the whole file part by part into one object, or nothing.

    The same upload again replaces the object. The request names no encryption: the bucket's default
    uses our key, a header would choose S3's.
    """
    # In this thread, one part after the other: no more than two are in memory.
    config = TransferConfig(
        multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
    )
    content = {"ContentType": "text/csv; charset=utf-8"}
    source = cast("IO[bytes]", file)
    client("s3").upload_fileobj(source, bucket, key, ExtraArgs=content, Config=config)
