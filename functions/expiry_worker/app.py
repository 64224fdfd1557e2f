"""A task of a night's run: expires, reminds or audits a slice of members."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.points.night.tasks import from_body
from aftercare.points.night.wiring import NightConfig, night_service

# Enough for one member, however slow DynamoDB is, and for queueing the rest.
_RESERVE_MS = 30_000
_ACTOR = system("expiry_worker")
_night = night_service(read(NightConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVE_MS

    def work(body: Event) -> None:
        task = from_body(body)
        _night.work(task, has_time, actor=_ACTOR)
        facts = {"run_id": task.run_id, "part": task.part.key, "number": task.number}
        logger.info("slice", extra=facts)

    return consume(event, context, work)
