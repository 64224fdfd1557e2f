"""The shop reports something about a member: fold it into our copy."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.erasure.wiring import TombstonesConfig, erased
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.members.events import parse
from aftercare.members.wiring import MembersConfig, member_service

_ACTOR = system("members_ingest")
_members = member_service(read(MembersConfig), erased=erased(read(TombstonesConfig)))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    member = _members.record(parse(event["detail-type"], event["detail"]), actor=_ACTOR)
    logger.info("member", extra={"member_id": member.member_id, "status": member.status})
