"""Why checks are refused. That a code is not genuine is an answer, not an error."""

from aftercare.kernel.errors import InvalidError, NotFoundError


class ReferenceNotFoundError(NotFoundError):
    """No check has this reference."""

    code = "reference_not_found"


class NotYetError(InvalidError):
    """A sale or a return is reported with a time in the future."""

    code = "not_yet"


class NotOurCodeError(InvalidError):
    """A sale, a return or an operator names a code that was never issued."""

    code = "not_our_code"
