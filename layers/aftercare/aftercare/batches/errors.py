"""What is refused about batches, their exports and their links."""

from aftercare.kernel.errors import InvalidError, LimitedError, NotFoundError, RefusedError


class BatchInvalidError(InvalidError):
    """Something said of a batch can't be so; `field` names it."""

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
    """The key id has fewer serials left than are asked for; a new key id has all of them."""

    code = "serials_exhausted"


class NoSoundKeyError(RefusedError):
    """There is no code key that strangers don't have."""

    code = "no_sound_key"


class ExportUnfinishedError(RefusedError):
    """The export's file is not complete yet, or is deleted already."""

    code = "export_unfinished"


class LinkDeadError(NotFoundError):
    """The link was used, is too old, or never was one; which of these is not told."""

    code = "link_dead"
