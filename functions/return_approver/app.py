"""A return was submitted: hold it against the policy, approve or decline it."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.kernel.actor import system
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in

_ACTOR = system("return_approver")


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _approve)


def _approve(event: Event) -> None:
    after = assembly.returns().approve(entry_in(event).subject, actor=_ACTOR)
    logger.info("judged", extra={"return_id": after.return_id, "status": after.status})
