"""Why a points operation is refused; whatever is refused wrote nothing."""

from aftercare.kernel.errors import (
    InvalidError,
    NotFoundError,
    RefusedError,
    UnprocessableError,
)


class PointsInvalidError(InvalidError):
    """Something said of an operation can't be so; `field` names it."""

    code = "points_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class NoRulesError(RefusedError):
    """No rules were in force at that time: nobody earned points then."""

    code = "no_rules"


class AccountClosedError(RefusedError):
    """The account is closed; its points were forfeited."""

    code = "account_closed"

    def __init__(self, member_id: str) -> None:
        super().__init__("This account is closed.", member_id=member_id)


class ActiveOrdersError(RefusedError):
    """The account has orders that are neither delivered nor wholly refunded."""

    code = "active_orders"

    def __init__(self, orders: int) -> None:
        super().__init__("An account with active orders can't be closed.", orders=orders)


class NotEnoughPointsError(RefusedError):
    """The account has fewer points than are asked for."""

    code = "not_enough_points"

    def __init__(self, asked: int, available: int) -> None:
        super().__init__("There aren't enough points.", asked=asked, available=available)


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
    """The purchase earned points for somebody else already."""

    code = "purchase_claimed"

    def __init__(self, operation_id: str) -> None:
        super().__init__("This purchase earned points already.", operation_id=operation_id)


class LineNotPurchasedError(NotFoundError):
    """No order of the member has such a line."""

    code = "line_not_purchased"


class HoldEndedError(RefusedError):
    """The hold was captured or released already."""

    code = "hold_ended"

    def __init__(self, operation_id: str) -> None:
        super().__init__("This hold has ended.", operation_id=operation_id)


class TooManyHoldsError(RefusedError):
    """More holds at once than anybody needs."""

    code = "too_many_holds"

    def __init__(self, holds: int) -> None:
        super().__init__("There are too many holds on this account.", holds=holds)


class TooMuchError(RefusedError):
    """More points than the operation moved, less what was taken back already."""

    code = "too_much"

    def __init__(self, asked: int, left: int) -> None:
        super().__init__("That is more than there is to take back.", asked=asked, left=left)


class KeyReusedError(UnprocessableError):
    """The idempotency key came with another body before."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request.")
