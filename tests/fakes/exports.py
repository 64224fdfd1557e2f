"""An export of the points table to S3 in DynamoDB's format: gzipped, with a line per item."""

import gzip
import json
from collections.abc import Sequence
from typing import Any

type Json = dict[str, Any]


def exported(dynamodb: Any, table: str) -> list[str]:
    """A line for each item of the table."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [json.dumps({"Item": item}) + "\n" for page in pages for item in page["Items"]]


def file_of(lines: Sequence[str]) -> bytes:
    """One file of the export."""
    return gzip.compress("".join(lines).encode())


def arrived(key: str) -> Json:
    """EventBridge's event when S3 has that file."""
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": "exports"}, "object": {"key": key}},
    }
