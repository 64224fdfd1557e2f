"""Refusals about batches, their exports and their links."""

from aftercare.kernel.errors import InvalidError, LimitedError, NotFoundError, RefusedError


class BatchInvalidError(InvalidError):
    """A value for a batch is not valid; `field` names it."""

    code = "batch_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class BatchNotFoundError(NotFoundError):
    """There is no such batch."""

    code = "batch_not_found"


class ExportNotFoundError(NotFoundError):
    """There is no such export."""

    code = "export_not_found"


class SerialsExhaustedError(LimitedError):
    """The key id has too few serials left; a new key id has all of them."""

    code = "serials_exhausted"


class NoSoundKeyError(RefusedError):
    """Every code key has leaked."""

    code = "no_sound_key"


class ExportUnfinishedError(RefusedError):
    """The export's file is not complete, or is deleted."""

    code = "export_unfinished"


class LinkDeadError(NotFoundError):
    """The link was used, has expired, or never existed; the error does not say which."""

    code = "link_dead"
