"""Batches in a table, drafted by an operator, and their finished exports."""

from typing import Any

import boto3

from aftercare.batches.model import Batch, first_export_id
from aftercare.batches.service import BatchService
from tests.fakes.actors import CODES_EXPORT, LI
from tests.fakes.aws import Json


def drafted(batches: BatchService, count: int = 100, *, key_id: int = 0, **facts: Any) -> Batch:
    return batches.draft(
        **({"sku": "BB-1", "product": "Tiny Tide"} | facts), key_id=key_id, count=count, actor=LI
    )


def active(batches: BatchService) -> Batch:
    return batches.activate(drafted(batches).batch_id, actor=LI)


def exported(batches: BatchService) -> str:
    """A finished export; its id."""
    batch = drafted(batches)
    export_id = first_export_id(batch.batch_id)
    batches.begin_export(export_id, batch.batch_id, actor=CODES_EXPORT)
    batches.finish_export(export_id, 5_000, actor=CODES_EXPORT)
    return export_id


def items(tables: dict[str, str]) -> list[Json]:
    pages = (
        boto3.client("dynamodb").get_paginator("scan").paginate(TableName=tables["BatchesTable"])
    )
    return [dict(item) for page in pages for item in page["Items"]]
