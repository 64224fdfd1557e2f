"""The shop reports something about an order, or a carrier its delivery: fold it into our copy."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.erasure.wiring import TombstonesConfig, erased
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.orders.events import parse
from aftercare.orders.service import Recorded
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.parcels.events import MOVED, ParcelMoved
from aftercare.parcels.model import Direction, ParcelStatus

_ACTOR = system("orders_ingest")
_orders = order_service(read(OrdersConfig), erased=erased(read(TombstonesConfig)))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    recorded = _delivered(event) if event.get("detail-type") == MOVED else _reported(event)
    if recorded is None:  # a parcel of a return, or one that was not handed over
        return
    order, troubles = recorded
    for trouble in troubles:
        logger.warning(trouble.what, extra={"order_number": order.order_number, **trouble.facts})
    logger.info("order", extra={"order_number": order.order_number, "status": order.status})


def _reported(event: Event) -> Recorded:
    return _orders.take_in(
        parse(event["detail-type"], event["detail"]), actor=_ACTOR, event_id=event.get("id", "")
    )


def _delivered(event: Event) -> Recorded | None:
    moved = ParcelMoved.of(entry_in(event))
    owner, is_delivered = moved.owner, moved.status is ParcelStatus.DELIVERED
    if owner.direction is not Direction.OUTBOUND or not is_delivered:
        return None
    return _orders.record_delivery(owner.subject, owner.tracking_number, moved.since, actor=_ACTOR)
