"""Why a points operation is refused; whatever is refused wrote nothing."""

from datetime import datetime, timedelta

from aftercare.kernel.errors import (
    InvalidError,
    LimitedError,
    NotFoundError,
    RefusedError,
)


class PointsInvalidError(InvalidError):
    """A value of a request is invalid; `field` names it."""

    code = "points_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class NoRulesError(RefusedError):
    """No rules were in force at that time."""

    code = "no_rules"


class AccountClosedError(RefusedError):
    """The account is closed; its points were forfeited."""

    code = "account_closed"

    def __init__(self, member_id: str) -> None:
        super().__init__("This account is closed.", member_id=member_id)


class ActiveOrdersError(RefusedError):
    """The account has orders that are neither delivered nor fully refunded."""

    code = "active_orders"

    def __init__(self, orders: int) -> None:
        super().__init__("An account with active orders can't be closed.", orders=orders)


class NotEnoughPointsError(RefusedError):
    """The account has fewer points available than requested."""

    code = "not_enough_points"

    def __init__(self, requested: int, available: int) -> None:
        super().__init__("There aren't enough points.", asked=requested, available=available)


class OperationNotFoundError(NotFoundError):
    """The member has no such spend, hold or purchase."""

    code = "operation_not_found"

    def __init__(self, operation_id: str) -> None:
        super().__init__("There is no such operation.", operation_id=operation_id)


class OperationChangedError(RefusedError):
    """An operation of this id was recorded with other content."""

    code = "operation_reused"

    def __init__(self, operation_id: str) -> None:
        super().__init__(
            "An operation of this id was recorded with other content.", operation_id=operation_id
        )


class PurchaseClaimedError(RefusedError):
    """The purchase has earned points for another member."""

    code = "purchase_claimed"

    def __init__(self, operation_id: str) -> None:
        super().__init__("This purchase has already earned points.", operation_id=operation_id)


class LineNotPurchasedError(NotFoundError):
    """The member has no such order line."""

    code = "line_not_purchased"


class HoldEndedError(RefusedError):
    """The hold was captured or released before, or its time was over at `released_at`."""

    code = "hold_ended"

    def __init__(self, operation_id: str, released_at: datetime | None = None) -> None:
        detail = "This hold has ended."
        if released_at:
            detail = (
                f"This hold was released on {released_at:%Y-%m-%d}, by you or because its time was "
                "over. Its points are with the member again. Spend them, or hold them anew, under "
                "another id; both check the balance."
            )
        super().__init__(detail, operation_id=operation_id)


class TooManyHoldsError(RefusedError):
    """The account has as many holds as it may have."""

    code = "too_many_holds"

    def __init__(self, holds: int) -> None:
        super().__init__("There are too many holds on this account.", holds=holds)


class TooMuchError(RefusedError):
    """More points than the operation moved and later ones left to take back."""

    code = "too_much"

    def __init__(self, requested: int, left: int) -> None:
        super().__init__("That is more than is left to take back.", asked=requested, left=left)


class CardUsedError(RefusedError):
    """The card that the member showed was shown for another operation."""

    code = "card_used"

    def __init__(self, operation_id: str) -> None:
        super().__init__(
            "This card has paid for something else. Ask the member to show a new one.",
            operation_id=operation_id,
        )


class FindLimitError(LimitedError):
    """A client has looked up as many members as it may in a day; the next one begins."""

    code = "finds_limit_reached"

    def __init__(self, client_id: str, now: datetime) -> None:
        super().__init__(
            "This client has looked up a day's members. Its limit starts again at midnight, UTC.",
            client_id=client_id,
            retry_after=_until_midnight(now),
        )


class OperationLimitError(RefusedError):
    """More points than this client may move in one operation."""

    code = "operation_too_large"

    def __init__(self, most: int) -> None:
        super().__init__(f"This client moves at most {most} points in one operation.", most=most)


class ClientLimitError(LimitedError):
    """A client has moved as many points of that kind as it may in a day; the next one begins."""

    code = "points_limit_reached"

    def __init__(self, client_id: str, points: int, now: datetime) -> None:
        super().__init__(
            "This client has moved a day's points. Its limit starts again at midnight, UTC.",
            client_id=client_id,
            points=points,
            retry_after=_until_midnight(now),
        )


def _until_midnight(now: datetime) -> int:
    """Seconds until the next day of UTC has begun."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int((midnight - now).total_seconds()) + 1
