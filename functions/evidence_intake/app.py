"""Screens an uploaded photo: keeps a clean copy, writes the verdict."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.evidence.screening import screen_in_child
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, object_key_in

_ACTOR = system("evidence_intake")
_evidence = evidence_service(read(EvidenceConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _screen)


def _screen(event: Event) -> None:
    slot = _evidence.screen(object_key_in(event), screen_in_child, actor=_ACTOR)
    if slot:
        logger.info(
            "screened",
            extra={
                "evidence_id": slot.evidence_id,
                "state": slot.state,
                "refusal": slot.refusal,
            },
        )
