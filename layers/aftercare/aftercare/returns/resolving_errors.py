"""Why a remedy is not asked for."""

from aftercare.kernel.errors import InvalidError, RefusedError


class RemedyInvalidError(InvalidError):
    """Units that are not open, an amount that does not fit, or no other item for an exchange."""

    code = "remedy_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class RequestOpenError(RefusedError):
    """The shop was asked for something and has not answered: the return can't be closed."""

    code = "request_open"

    def __init__(self, return_id: str) -> None:
        super().__init__("The shop has not answered our request yet.", return_id=return_id)
