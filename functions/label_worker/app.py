"""Makes the label of an approved return, voids that of one that ended, notes carriers' scans."""

from collections.abc import Mapping
from functools import partial

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read, setting
from aftercare.kernel.ids import key_part
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in, verb_in
from aftercare.labels.consignment import Consignment
from aftercare.labels.events import VOID_DUE, number_in, parcel_in, parcels_in
from aftercare.labels.model import LabelDetails, LabelStatus, Printed, Scan, ScanKind
from aftercare.labels.scans import SOURCE, scan
from aftercare.labels.wiring import LabelsConfig, label_service
from aftercare.parcels.events import MOVED, ParcelMoved
from aftercare.parcels.model import Direction, ParcelStatus
from aftercare.returns import events as return_events
from aftercare.returns.wiring import ReturnNoticesConfig, labelling_service

_ACTOR = system("label_worker")
# What a parcel's way here is to its return. One that turned back, or was lost, is not on its way.
_KINDS: Mapping[ParcelStatus, ScanKind] = {
    ParcelStatus.ACCEPTED: ScanKind.IN_TRANSIT,
    ParcelStatus.IN_TRANSIT: ScanKind.IN_TRANSIT,
    ParcelStatus.OUT_FOR_DELIVERY: ScanKind.IN_TRANSIT,
    ParcelStatus.PICKUP_READY: ScanKind.IN_TRANSIT,
    ParcelStatus.ATTEMPT_FAILED: ScanKind.IN_TRANSIT,
    ParcelStatus.DELIVERED: ScanKind.DELIVERED,
}
_returns = labelling_service(read(ReturnNoticesConfig))
_labels = label_service(read(LabelsConfig)._replace(due_table=setting("DUE_TABLE")))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _act)


def _act(event: Event) -> None:
    if event.get("source") == SOURCE:
        _note_scan(event)
    else:
        entry = entry_in(event)
        verb_in(_VERBS, entry)(entry)


def _make_label(entry: Entry) -> None:
    """The first parcel's label once the return is approved, a later one's once it was added."""
    return_id = entry.subject
    request = _returns.label_request(return_id, parcel_in(entry))
    if request is None:  # a repeated event: the return has its label, or needs none any more
        logger.info("no label needed", extra={"return_id": return_id})
        return
    printer = partial(_printed, request.consignment)
    label = _labels.issue(request, printer, actor=_ACTOR)
    logger.info("labelled", extra={"return_id": return_id, "label_id": label.label_id})
    if label.status is LabelStatus.RELEASED and label.offer and label.offer.currency:
        # What a metric filter counts; see template.yaml.
        cost = {"amount": label.offer.amount, "currency": label.offer.currency}
        logger.info("label paid", extra={"label_id": label.label_id, **cost})


def _void(entry: Entry) -> None:
    """The labels of all parcels of a return that ended; a late request makes none of them."""
    for parcel in parcels_in(entry):
        _void_one(entry, parcel)


def _void_unused(entry: Entry) -> None:
    _void_one(entry, parcel_in(entry))


def _void_one(entry: Entry, parcel: int) -> None:
    ticket = entry.fact("ticket", key_part)
    label = _labels.void(entry.subject, ticket, number_in(entry), parcel, actor=_ACTOR)
    logger.info("label voided", extra={"return_id": entry.subject, "status": label.status})


def _void_again(entry: Entry) -> None:
    for label in _labels.void_again(entry.subject, entry.occurred_at, actor=_ACTOR):
        told = {"return_id": label.return_id, "label_id": label.label_id}
        logger.info("void asked again", extra={**told, "answer": label.void_answer})


def _note_scan(event: Event) -> None:
    _record(scan(event.get("detail", {})))


def _note_move(entry: Entry) -> None:
    moved = ParcelMoved.of(entry)
    kind = _KINDS.get(moved.status)
    if moved.owner.direction is Direction.INBOUND and kind:
        owner = moved.owner
        _record(Scan(owner.carrier, owner.tracking_number, kind, moved.since))


def _record(said: Scan) -> None:
    label = _labels.record_scan(said, actor=_ACTOR)
    logger.info("scanned", extra={"return_id": label.return_id, "kind": said.kind})


def _printed(consignment: Consignment | None, details: LabelDetails) -> Printed:
    # Scans and voids print nothing.
    from aftercare.labels.documents import printed  # noqa: PLC0415
    from aftercare.labels.papers.printing import papers  # noqa: PLC0415

    drawn = papers(details, consignment) if consignment else {}
    return printed(details) | drawn


_VERBS = {
    return_events.APPROVED: _make_label,
    return_events.PARCEL_ADDED: _make_label,
    return_events.PARCEL_EXPIRED: _void_unused,
    return_events.CANCELLED: _void,
    return_events.EXPIRED: _void,
    VOID_DUE: _void_again,
    MOVED: _note_move,
}
