"""The shop told something of an order: fold it into the read model."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.kernel.actor import system
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.orders.events import parse

_ACTOR = system("orders_ingest")


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    order = assembly.orders().record(parse(event["detail-type"], event["detail"]), actor=_ACTOR)
    logger.info("order", extra={"order_number": order.order_number, "status": order.status})
