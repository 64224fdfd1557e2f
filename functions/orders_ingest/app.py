"""The shop reports something about an order: fold it into our copy."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.orders.events import parse
from aftercare.orders.wiring import OrdersConfig, order_service

_ACTOR = system("orders_ingest")
_orders = order_service(read(OrdersConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    order, troubles = _orders.take_in(
        parse(event["detail-type"], event["detail"]), actor=_ACTOR, event_id=event.get("id", "")
    )
    for trouble in troubles:
        logger.warning(trouble.what, extra={"order_number": order.order_number, **trouble.facts})
    logger.info("order", extra={"order_number": order.order_number, "status": order.status})
