"""The shop's event of an approved review, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import Occurrence, convert
from aftercare.orders.model import normalised_order_number

ShortText = Annotated[
    str,
    Meta(min_length=1, max_length=64, pattern=r"\S", description="text of 1 to 64 characters"),
]


class ReviewEventInvalidError(InvalidError):
    """A field of the shop's event is missing or not what it must be."""

    code = "review_event_invalid"


class ReviewDetail(Occurrence, frozen=True, kw_only=True):
    """`review.approved`: a member's review of a purchased line was approved."""

    member_id: ShortText
    order_number: ShortText
    line_id: ShortText


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
        ReviewEventInvalidError: A field is missing or not what it must be.
    """
    review = convert(detail, ReviewDetail, ReviewEventInvalidError, "event")
    return ApprovedReview(
        member_id=review.member_id.strip(),
        order_number=normalised_order_number(review.order_number),
        line_id=review.line_id.strip(),
        occurred_at=review.moment,
    )
