"""S3 told of an upload: screen the photo, keep a clean copy, write the verdict."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.evidence.screening import screen
from aftercare.kernel.actor import system
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume

_ACTOR = system("evidence_intake")


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _screen)


def _screen(event: Event) -> None:
    key = event["detail"]["object"]["key"]
    verdict = assembly.evidence().screen(key, screen, actor=_ACTOR)
    if verdict:
        logger.info(
            "screened",
            extra={
                "evidence_id": verdict.evidence_id,
                "state": verdict.state,
                "refusal": verdict.refusal,
            },
        )
