"""S3 told of an upload: screen the photo, keep a clean copy, write the verdict."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.evidence.screening import screen
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _screen)


def _screen(event: Event) -> None:
    verdict = assembly.evidence().screen(event["detail"]["object"]["key"], screen)
    if verdict:
        logger.info(
            "screened",
            extra={
                "evidence_id": verdict.evidence_id,
                "state": verdict.state,
                "refusal": verdict.refusal,
            },
        )
