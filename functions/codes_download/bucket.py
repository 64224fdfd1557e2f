"""Links to the files in S3."""

from typing import NamedTuple

from aftercare.kernel.aws import client
from aftercare.kernel.config import read
from aftercare.web.buckets import BucketsConfig, origin_of

# The download only starts in this time. S3 cannot take a link back, so until then it is not once.
_SECONDS = 10


class FilesConfig(NamedTuple):
    """The bucket of the files."""

    codes_bucket: str


_config = read(FilesConfig)


def signed_url(key: str) -> str:
    """A link that downloads the object; the download starts within ten seconds, or not at all."""
    batch_id = key.split("/")[1]
    where = {
        "Bucket": _config.codes_bucket,
        "Key": key,
        "ResponseCacheControl": "no-store",
        "ResponseContentDisposition": f'attachment; filename="codes-{batch_id}.csv"',
    }
    return client("s3").generate_presigned_url("get_object", Params=where, ExpiresIn=_SECONDS)


def origin() -> str:
    """Scheme and host under which browsers reach the files."""
    return origin_of(_config.codes_bucket, read(BucketsConfig))
