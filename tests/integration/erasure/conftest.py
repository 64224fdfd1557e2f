"""Buckets as template.yaml has them, and the rooms that erase."""

from collections.abc import Iterator
from typing import Literal

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.objects import purge


@pytest.fixture
def versions(buckets: dict[str, str]) -> Iterator[dict[str, str]]:
    """The buckets, empty; documents have versions, as template.yaml says.

    All of them: who looks for a text in a hundred thousand codes of another test looks for minutes.
    """
    documents = buckets["DocumentsBucket"]
    _switch(documents, "Enabled")  # moto deletes no marker while versions are suspended
    for bucket in buckets.values():
        purge(bucket, "")
    yield buckets
    _switch(documents, "Suspended")


def _switch(bucket: str, status: Literal["Enabled", "Suspended"]) -> None:
    client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
