"""A file of the points table's export arrived: audit every member in it."""

import gzip
from typing import NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.aws import client
from aftercare.kernel.clock import local_day, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, object_key_in
from aftercare.points.night.wiring import LedgerConfig, auditor, report
from aftercare.points.rules import published


class _ExportsConfig(NamedTuple):
    ledger_exports_bucket: str


_exports = read(_ExportsConfig)
_auditor = auditor(read(LedgerConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _audit)


def _audit(event: Event) -> None:
    key = object_key_in(event)
    with (
        client("s3").get_object(Bucket=_exports.ledger_exports_bucket, Key=key)["Body"] as body,
        gzip.open(body, "rt", encoding="utf-8") as lines,
    ):
        audited = _auditor.audit_file(lines, local_day(utc_now(), published().zone))
    for fault in audited.faults:
        report("audit difference", fault)
    facts = {"members": audited.members, "entries": audited.entries, "reread": audited.reread}
    logger.info("file audited", extra={"file": key, **facts, "faults": len(audited.faults)})
