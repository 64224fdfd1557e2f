"""A piece was sold or came back, in a store or online: note it with the verification code."""

from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.authenticity.codes import MistypedError
from aftercare.authenticity.errors import NotOurCodeError
from aftercare.authenticity.model import Signal
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from sales_ingest.pieces import Trade, trades
from sales_ingest.sales import sale

_ACTOR = system("sales_ingest")
_config = read(AuthenticityConfig)
_SOLD, _RETURNED = "store.sold", "store.returned"


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _record)


def _record(event: Event) -> None:
    kind = event["detail-type"]
    if kind in {_SOLD, _RETURNED}:
        sold = sale(event["detail"])
        is_sale = kind == _SOLD
        _note(Trade(sold.code, sold.moment, is_sale=is_sale, order_number=sold.number))
        logger.info("sale", extra={"type": kind})
        return
    for trade in trades(event):
        try:
            _note(trade)
        except (MistypedError, NotOurCodeError):  # the shop's own serial, or another label's code
            logger.info("no code", extra={"type": kind})


def _note(trade: Trade) -> None:
    service, order_number = _authenticity(), trade.order_number
    raised = (
        service.record_sale(trade.code, trade.at, actor=_ACTOR, order_number=order_number)
        if trade.is_sale
        else service.record_return(trade.code, trade.at, actor=_ACTOR)
    )
    if Signal.SOLD_TWICE in raised:
        logger.warning("sold twice")  # an alarm counts it; see template.yaml


@cache
def _authenticity() -> AuthenticityService:
    return authenticity_service(_config)
