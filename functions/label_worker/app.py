"""Makes the label of an approved return, voids that of a cancelled one, notes carriers' scans."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.ids import key_part
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in, verb_in
from aftercare.labels.model import LabelDetails
from aftercare.labels.printing import draw
from aftercare.labels.reading import verify
from aftercare.labels.scans import SOURCE, scan
from aftercare.labels.wiring import LabelsConfig, label_service
from aftercare.returns import events as return_events
from aftercare.returns.wiring import ReturnNoticesConfig, labelling_service

_ACTOR = system("label_worker")
_returns = labelling_service(read(ReturnNoticesConfig))
_labels = label_service(read(LabelsConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _act)


def _act(event: Event) -> None:
    if event.get("source") == SOURCE:
        _note_scan(event)
    else:
        entry = entry_in(event)
        verb_in(_VERBS, entry)(entry)


def _make_label(entry: Entry) -> None:
    return_id = entry.subject
    request = _returns.label_request(return_id)
    if request is None:  # a repeated event: the return has its label, or needs none any more
        logger.info("no label needed", extra={"return_id": return_id})
        return
    label = _labels.issue(request, _printed, actor=_ACTOR)
    logger.info("labelled", extra={"return_id": return_id, "label_id": label.label_id})


def _void(entry: Entry) -> None:
    ticket = entry.fact("ticket", key_part)
    label = _labels.void(entry.subject, ticket, actor=_ACTOR)
    logger.info("label voided", extra={"return_id": entry.subject, "status": label.status})


def _note_scan(event: Event) -> None:
    read = scan(event.get("detail", {}))
    label = _labels.record_scan(read, actor=_ACTOR)
    logger.info("scanned", extra={"return_id": label.return_id, "kind": read.kind})


def _printed(details: LabelDetails) -> bytes:
    pdf = draw(details)
    verify(pdf, details)
    return pdf


_VERBS = {return_events.APPROVED: _make_label, return_events.CANCELLED: _void}
