"""Where browsers reach our buckets, worked out without a client: a page's policy names them."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"[0-9.]+|\[.*\]")


class BucketsConfig(NamedTuple):
    """The region of our buckets, and where S3 is on a local stack."""

    aws_default_region: str
    aws_endpoint_url_s3: str = ""
    aws_endpoint_url: str = ""


def origin_of(bucket: str, config: BucketsConfig) -> str:
    """Scheme and host of the links that our S3 client signs for that bucket."""
    endpoint = config.aws_endpoint_url_s3 or config.aws_endpoint_url
    if endpoint:
        parts = urlsplit(endpoint)
        if _ADDRESS.fullmatch(parts.hostname or ""):
            return f"{parts.scheme}://{parts.netloc}"
        return f"{parts.scheme}://{bucket}.{parts.netloc}"
    region = config.aws_default_region
    if region == "us-east-1":  # its buckets go by the host without a region
        return f"https://{bucket}.s3.amazonaws.com"
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{bucket}.s3.{region}.{suffix}"
