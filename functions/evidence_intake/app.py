"""Screens an uploaded photo: keeps a clean copy, writes the verdict."""

from functools import cache
from typing import NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.evidence.captures import identified
from aftercare.evidence.screening import screen_in_child
from aftercare.evidence.verdict import Accepted, Refused
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.secret import signing_key
from aftercare.kernel.worker import Event, consume, object_key_in


class IntakeConfig(NamedTuple):
    """What hashes a photo's camera and moment."""

    capture_secret: str


_ACTOR = system("evidence_intake")
_CONFIG = read(IntakeConfig)
_evidence = evidence_service(read(EvidenceConfig), finds_copies=True)


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _screen)


@cache
def _capture_key() -> bytes:
    return signing_key(_CONFIG.capture_secret)


def _screen(event: Event) -> None:
    key = _capture_key()  # before an attempt is counted: no photo is refused for want of it

    def screening(upload: bytes) -> Accepted | Refused:
        return identified(screen_in_child(upload), key)

    slot = _evidence.screen(object_key_in(event), screening, actor=_ACTOR)
    if slot:
        logger.info(
            "screened",
            extra={
                "evidence_id": slot.evidence_id,
                "state": slot.state,
                "refusal": slot.refusal,
            },
        )
