"""Why a verb of staff is refused."""

from aftercare.kernel.errors import ForbiddenError


class NotPermittedError(ForbiddenError):
    """None of the person's roles may do this."""

    code = "not_permitted"
