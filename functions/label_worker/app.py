"""Makes the label of an approved return: buys it, prints it, reads it back, releases it."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.labels.model import LabelDetails
from aftercare.labels.printing import draw
from aftercare.labels.reading import verify
from aftercare.labels.wiring import LabelsConfig, label_service
from aftercare.returns.wiring import ReturnsConfig, return_service

_ACTOR = system("label_worker")
_returns = return_service(read(ReturnsConfig))
_labels = label_service(read(LabelsConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _make_label)


def _make_label(event: Event) -> None:
    return_id = entry_in(event).subject
    request = _returns.label_request(return_id)
    if request is None:  # a repeated event: the return has its label, or needs none any more
        logger.info("no label needed", extra={"return_id": return_id})
        return
    label = _labels.issue(request, _printed, actor=_ACTOR)
    logger.info("labelled", extra={"return_id": return_id, "label_id": label.label_id})


def _printed(details: LabelDetails) -> bytes:
    pdf = draw(details)
    verify(pdf, details)
    return pdf
