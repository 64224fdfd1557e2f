"""Where the files lie: encrypted with the bucket's own key, deleted after a week."""

import io
from typing import IO, cast

from boto3.s3.transfer import TransferConfig

from aftercare.kernel.aws import client

PART_BYTES = 8 * 1024 * 1024


def upload(bucket: str, key: str, file: io.RawIOBase) -> None:
    """Reads the file to its end into one object, part by part: it is there whole, or not at all.

    A failure in the middle leaves nothing; the same upload again replaces the object. No encryption
    is named: the bucket's default says which key of ours, a header would say S3's.
    """
    # In this thread, one part after the other: no more than two are in memory.
    config = TransferConfig(
        multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
    )
    content = {"ContentType": "text/csv; charset=utf-8"}
    source = cast("IO[bytes]", file)
    client("s3").upload_fileobj(source, bucket, key, ExtraArgs=content, Config=config)
