"""What can go wrong on the way in; none of it tells whether an order exists."""

from aftercare.kernel.errors import InvalidError, LimitedError, RefusedError


class FindOrderInvalidError(InvalidError):
    """The order number or the e-mail address cannot be one."""

    code = "find_order_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class TooManyRequestsError(LimitedError):
    """Too many codes were asked for, or tried."""

    code = "too_many_requests"


class CodeWrongError(RefusedError):
    """Not the code we sent; there are tries left."""

    code = "code_wrong"


class CodeExpiredError(RefusedError):
    """The code was used, is too old, or was tried too often; a new one is needed."""

    code = "code_expired"
