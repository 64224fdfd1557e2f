"""The families of refusal; a room derives its own, `web.problems` maps the families to HTTP."""

from typing import ClassVar


class AftercareError(Exception):
    """A refusal the caller can act on: a stable code, a sentence, the facts behind it.

    The sentence and the facts are safe to show and to log: they name things by id, never by person.
    `title` stands in for the family's where that would mislead.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = ""

    def __init__(self, detail: str, **facts: str | int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class InvalidError(AftercareError):
    """The request itself is wrong; sending it again changes nothing."""

    code = "invalid"


class UnprocessableError(AftercareError):
    """Well-formed, and at odds with what the same caller said before."""

    code = "unprocessable"


class ForbiddenError(AftercareError):
    """The request could not be tied to the browser or client it claims to come from."""

    code = "forbidden"


class NotFoundError(AftercareError):
    """There is no such thing for this caller; whether it exists for another is not told."""

    code = "not_found"


class RefusedError(AftercareError):
    """Well-formed, and the rules or the present state say no."""

    code = "refused"


class LimitedError(AftercareError):
    """Too many of these in a short time; later is fine."""

    code = "too_many_requests"


class BusyError(AftercareError):
    """Another worker holds this piece of work; the same request will succeed later."""

    code = "busy"


class UnavailableError(AftercareError):
    """Something we depend on does not answer; the same request will succeed later."""

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
    """The deployment lacks a setting; only an operator can mend it."""

    code = "configuration"
