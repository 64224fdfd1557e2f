"""The families of errors; a room derives its own, and `web.problems` maps families to HTTP."""

from typing import ClassVar


class AftercareError(Exception):
    """An error that the caller can act on: a stable code, a sentence, and its facts.

    The sentence and the facts are safe to show and to log: they contain ids and nothing personal.
    `title` replaces the family's title where that would mislead.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = ""

    def __init__(self, detail: str, **facts: str | int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class InvalidError(AftercareError):
    """The request is not valid; sending it again changes nothing."""

    code = "invalid"


class TooLargeError(AftercareError):
    """The request is larger than any that is needed."""

    code = "too_large"


class UnprocessableError(AftercareError):
    """A valid request that contradicts an earlier one of the same caller."""

    code = "unprocessable"


class ForbiddenError(AftercareError):
    """The request does not prove the browser or client that it claims to come from."""

    code = "forbidden"


class NotFoundError(AftercareError):
    """Nothing to be found for this caller, whether or not it exists for another."""

    code = "not_found"


class RefusedError(AftercareError):
    """A valid request that the rules or the current state do not allow."""

    code = "refused"


class LimitedError(AftercareError):
    """Too many requests in a short time; a later one will succeed."""

    code = "too_many_requests"


class BusyError(AftercareError):
    """Another worker has this piece of work; the same request will succeed later."""

    code = "busy"


class UnavailableError(AftercareError):
    """A service that we depend on does not answer; the same request will succeed later."""

    code = "unavailable"


class NewerDataError(UnavailableError):
    """A newer version stored what this one cannot act on; a newer function will read it."""

    code = "newer_data"

    def __init__(self, kind: str) -> None:
        super().__init__("This was stored by a newer version of the system.", kind=kind)


class StaleWriteError(AftercareError):
    """The state was changed between reading and writing; nothing was written."""

    code = "stale_write"


class ConfigurationError(AftercareError):
    """The deployment lacks a setting; only an operator can fix it."""

    code = "configuration"
