"""The shop told of a payment, a refund, a new member, a review: bring the ledger up to it."""

from collections.abc import Callable

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.members.model import parse as parse_member
from aftercare.orders.events import parse as parse_order
from aftercare.points.errors import AccountClosedError, NoRulesError
from aftercare.points.wiring import PointsConfig, earning_service
from points_ingest.reviews import approved_review

_ACTOR = system("points_ingest")
_earning = earning_service(read(PointsConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _settle)


def _settle(event: Event) -> None:
    _VERBS[event["source"]](event)


def _order(event: Event) -> None:
    """Folds the event in here as well: the order may not be known yet, or not with this event."""
    order = _earning.orders.record(parse_order(event["detail-type"], event["detail"]), actor=_ACTOR)
    receipts = _earning.settle_order(order)
    logger.info(
        "order settled", extra={"order_number": order.order_number, "operations": len(receipts)}
    )


def _member(event: Event) -> None:
    """Orders that were told of before their member; the queue's delay lets both be found."""
    member = _earning.members.record(
        parse_member(event["detail-type"], event["detail"]), actor=_ACTOR
    )
    if member.is_open:
        _earning.settle_orders_of(member)
    logger.info("member settled", extra={"member_id": member.member_id})


def _review(event: Event) -> None:
    review = approved_review(event["detail"])
    try:
        receipt = _earning.grant_review(
            review.member_id, review.order_number, review.line_id, review.occurred_at
        )
    except (AccountClosedError, NoRulesError) as error:
        logger.info("no bonus", extra={"member_id": review.member_id, "reason": error.code})
        return
    logger.info(
        "bonus granted",
        extra={"operation_id": receipt.operation_id, "replayed": receipt.replayed},
    )


_VERBS: dict[str, Callable[[Event], None]] = {
    "shop.orders": _order,
    "shop.members": _member,
    "shop.reviews": _review,
}
