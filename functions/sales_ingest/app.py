"""A store sold a piece or took one back: note it with the verification code."""

from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from sales_ingest.sales import sale

_ACTOR = system("sales_ingest")
_config = read(AuthenticityConfig)


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    sold = sale(event["detail"])
    verbs = {
        "store.sold": _authenticity().record_sale,
        "store.returned": _authenticity().record_return,
    }
    verbs[event["detail-type"]](sold.code, sold.moment, actor=_ACTOR)
    logger.info("sale", extra={"type": event["detail-type"]})


@cache
def _authenticity() -> AuthenticityService:
    return authenticity_service(_config)
