"""A return was approved: buy its label, print it, read it back, hand it over."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.kernel.actor import system
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.labels.model import LabelDetails
from aftercare.labels.printing import draw
from aftercare.labels.reading import verify

_ACTOR = system("label_worker")


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _issue_label)


def _issue_label(event: Event) -> None:
    labels = assembly.labels(_printed)
    after = assembly.returns().issue_label(entry_in(event).subject, labels, actor=_ACTOR)
    logger.info("labelled", extra={"return_id": after.return_id, "status": after.status})


def _printed(details: LabelDetails) -> bytes:
    pdf = draw(details)
    verify(pdf, details)
    return pdf
