"""Brings the ledger up to date with orders, members, approved reviews and the time of holds."""

from collections.abc import Callable

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.clock import implausible, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.points.errors import AccountClosedError, NoRulesError
from aftercare.points.ledger import HOLD_DUE
from aftercare.points.wiring import PointsConfig, earning_service, hold_service
from points_ingest.reviews import ReviewEventInvalidError, approved_review

_ACTOR = system("points_ingest")
_earning = earning_service(read(PointsConfig))
_holds = hold_service(read(PointsConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _settle)


def _settle(event: Event) -> None:
    _VERBS[event["source"], event["detail-type"]](event)


def _order(event: Event) -> None:
    """Settles the order as it is now, whichever of its changes this event is about."""
    order = _earning.orders.get(entry_in(event).subject)
    receipts = _earning.settle_order(order, actor=_ACTOR)
    logger.info(
        "order settled", extra={"order_number": order.order_number, "operations": len(receipts)}
    )


def _member(event: Event) -> None:
    """Settles orders that we had before their member, or under an address the member moved to."""
    member = _earning.members.get(entry_in(event).subject)
    if member.is_open:
        _earning.settle_orders_of(member, actor=_ACTOR)
    logger.info("member settled", extra={"member_id": member.member_id})


def _review(event: Event) -> None:
    review = approved_review(event["detail"])
    if reason := implausible(review.occurred_at, utc_now()):
        raise ReviewEventInvalidError(f"occurred_at is {reason}.", field="occurred_at")
    try:
        receipt = _earning.grant_review(
            review.member_id, review.order_number, review.line_id, review.occurred_at, actor=_ACTOR
        )
    except (AccountClosedError, NoRulesError) as error:
        logger.info("no bonus", extra={"member_id": review.member_id, "reason": error.code})
        return
    logger.info(
        "bonus granted",
        extra={"operation_id": receipt.operation_id, "replayed": receipt.replayed},
    )


def _end_holds(event: Event) -> None:
    """A moment has come at which a hold of the member may end."""
    entry = entry_in(event)
    upkeep = _holds.end_due(entry.subject, entry.occurred_at, actor=_ACTOR)
    facts = {"ended": upkeep.ended, "left": upkeep.left, "age_days": upkeep.oldest.days}
    logger.info("holds looked at", extra={"member_id": entry.subject, **facts})


_VERBS: dict[tuple[str, str], Callable[[Event], None]] = {
    ("aftercare", "order.changed"): _order,
    ("aftercare", "member.changed"): _member,
    ("aftercare", HOLD_DUE): _end_holds,
    ("shop.reviews", "review.approved"): _review,
}
