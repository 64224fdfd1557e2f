"""The bucket of the files: encrypted with its own key, deleted after a week."""

import io
from typing import IO, cast

from s3transfer.futures import NonThreadedExecutor
from s3transfer.manager import TransferConfig, TransferManager

from aftercare.kernel.aws import client

PART_BYTES = 8 * 1024 * 1024


def upload(bucket: str, key: str, file: io.RawIOBase) -> None:
    """Uploads the whole file part by part into one object, or nothing.

    The same upload again replaces the object. The request names no encryption: the bucket's default
    uses our key, a header would choose S3's.
    """
    config = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES)
    content = {"ContentType": "text/csv; charset=utf-8"}
    # In this thread, one part after the other: no more than two are in memory.
    with TransferManager(client("s3"), config, executor_cls=NonThreadedExecutor) as transfers:
        source = cast("IO[bytes]", file)
        transfers.upload(source, bucket, key, extra_args=content).result()
