"""The shop's event of an approved review, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercare.kernel.clock import from_text
from aftercare.kernel.errors import InvalidError
from aftercare.orders.model import normalised_order_number

_MOST_TEXT = 64


class ReviewEventInvalidError(InvalidError):
    """The shop's event lacks something or says something impossible."""

    code = "review_event_invalid"


@dataclass(frozen=True, slots=True)
class ApprovedReview:
    """Which purchased line a member reviewed, and when the review was approved."""

    member_id: str
    order_number: str
    line_id: str
    occurred_at: datetime


def approved_review(detail: Mapping[str, object]) -> ApprovedReview:
    """The review in an EventBridge event's detail.

    Raises:
        ReviewEventInvalidError: A field is missing, or not what it says.
    """
    return ApprovedReview(
        member_id=_text(detail, "member_id"),
        order_number=normalised_order_number(_text(detail, "order_number")),
        line_id=_text(detail, "line_id"),
        occurred_at=_instant(detail),
    )


def _instant(detail: Mapping[str, object]) -> datetime:
    try:
        return from_text(_text(detail, "occurred_at"))
    except ValueError:
        raise ReviewEventInvalidError("occurred_at is an ISO 8601 time with an offset.") from None


def _text(detail: Mapping[str, object], name: str) -> str:
    value = detail.get(name)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= _MOST_TEXT:
        raise ReviewEventInvalidError(f"{name} is a text of 1 to {_MOST_TEXT} characters.")
    return value.strip()
