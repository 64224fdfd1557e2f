"""A file of the points table's export arrived: hold the books of all members in it together."""

import gzip

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.expiry_assembly import auditor, tell
from aftercare.kernel.aws import client
from aftercare.kernel.clock import local_day, utc_now
from aftercare.kernel.config import setting
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.points.rules import published


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _audit)


def _audit(event: Event) -> None:
    key = str(event["detail"]["object"]["key"])
    bucket = setting("LEDGER_EXPORTS_BUCKET")
    with (
        client("s3").get_object(Bucket=bucket, Key=key)["Body"] as body,
        gzip.open(body, "rt", encoding="utf-8") as lines,
    ):
        found = auditor().audit_file(lines, local_day(utc_now(), published().zone))
    for fault in found.faults:
        tell("audit difference", fault)
    facts = {"members": found.members, "entries": found.entries, "looked_at": found.looked_at}
    logger.info("file audited", extra={"file": key, **facts, "faults": len(found.faults)})
