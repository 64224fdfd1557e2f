"""Refusals of sign-in; none of them reveals whether an order exists."""

from aftercare.kernel.errors import InvalidError, LimitedError, RefusedError


class FindOrderInvalidError(InvalidError):
    """The order number or the e-mail address is not valid."""

    code = "find_order_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class TooManyRequestsError(LimitedError):
    """Too many codes were requested, or tried, from one source."""

    code = "too_many_requests"


class TooManyCodesError(TooManyRequestsError):
    """One source has requested a day's codes for one address."""

    code = "too_many_codes"


class CodeUnreadableError(RefusedError):
    """The text has no six digits; it cost no try."""

    code = "code_unreadable"


class CodeWrongError(RefusedError):
    """The code is wrong; there are tries left."""

    code = "code_wrong"


class CodeExpiredError(RefusedError):
    """The code was used, has expired, or was tried too often; a new one is needed."""

    code = "code_expired"
