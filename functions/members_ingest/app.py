"""The shop told something of a member: fold it into what we know."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import points_assembly
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.members.model import parse


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    told = parse(event["detail-type"], event["detail"])
    member = points_assembly.members().record(told)
    logger.info("member", extra={"member_id": member.member_id, "status": member.status})
