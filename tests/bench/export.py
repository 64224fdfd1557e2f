"""Measures the time and memory to write a batch's file, for different lengths."""

import json
import resource
import sys
import time
from dataclasses import replace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from aftercare.authenticity.codes import KeyPair
from aftercare.kernel import aws
from codes_export.bucket import upload
from codes_export.sheet import Sheet, rows
from tests.bench.own_process import measured_alone
from tests.bench.tables import table
from tests.fakes.codes import batch

LENGTHS = (100_000, 1_000_000)
ORIGIN = "https://returns.example.com"
_AWS_SETTINGS = {
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
}
_RESPONSES = {
    "CreateMultipartUpload": {"UploadId": "upload"},
    "UploadPart": {"ETag": "part"},
    "CompleteMultipartUpload": {"ETag": "whole"},
    "PutObject": {"ETag": "whole"},
}
# Linux counts kilobytes, macOS bytes.
_UNIT = 1024 if sys.platform == "linux" else 1


def report() -> str:
    """Seconds and peak memory of writing a file, with a new process for each length."""
    written = [_in_own_process(count) for count in LENGTHS]
    heads = ["codes", "file MB", "seconds", "codes a second", "memory MB", "of which for the file"]
    note = "The SDK uploads parts of 8 MB to a fake S3 that responds immediately; one core."
    return f"{table(heads, map(_row, written))}\n\n{note}"


def _row(written: dict[str, float]) -> list[str]:
    count, seconds = written["count"], written["seconds"]
    return [
        f"{count:,.0f}",
        f"{written['size'] / 1e6:.1f}",
        f"{seconds:.1f}",
        f"{count / seconds:,.0f}",
        f"{written['peak'] / 1e6:.0f}",
        f"{(written['peak'] - written['before']) / 1e6:.0f}",
    ]


def _in_own_process(count: int) -> dict[str, float]:
    written: dict[str, float] = measured_alone("tests.bench.export", count, _AWS_SETTINGS)
    return written


def _write(count: int) -> dict[str, float]:
    """Runs in its own process, because a process's peak memory can be measured only once."""
    events: Any = aws.client("s3").meta.events
    events.register_first("before-call", _respond)
    keys = KeyPair(tag=b"t" * 64, mask=b"m" * 64)
    upload("bucket", "warm", Sheet(rows(replace(batch(), count=1), keys, ORIGIN), _no_progress))
    sheet = Sheet(rows(replace(batch(), count=count), keys, ORIGIN), _no_progress)
    before, started = _peak(), time.perf_counter()
    upload("bucket", "key", sheet)
    seconds = time.perf_counter() - started
    return {
        "count": count,
        "size": sheet.size,
        "seconds": seconds,
        "before": before,
        "peak": _peak(),
    }


def _respond(model: Any, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, str]]:
    body = params["body"]
    if hasattr(body, "read"):
        while body.read(1024 * 1024):
            continue
    return AWSResponse("https://s3.example", 200, HTTPHeaders(), None), _RESPONSES[model.name]


def _no_progress(_: int) -> None:
    """Ignores the progress."""


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_write(int(sys.argv[1]))))
