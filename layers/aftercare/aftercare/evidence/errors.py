"""Why a photo is refused before it is screened."""

from aftercare.kernel.errors import InvalidError, NotFoundError, RefusedError


class TooManyPhotosError(RefusedError):
    """The return has as many photo slots as one may have."""

    code = "too_many_photos"


class PhotoTypeError(InvalidError):
    """A content type that is not accepted."""

    code = "photo_type"


class PhotoNotFoundError(NotFoundError):
    """No such photo in this return."""

    code = "photo_not_found"


class MarkInvalidError(InvalidError):
    """A mark outside of the picture, or without a text that is short enough."""

    code = "mark_invalid"


class TooManyMarksError(RefusedError):
    """The photo has as many marks as one may have."""

    code = "too_many_marks"


class SerialInvalidError(InvalidError):
    """What was typed cannot be the code on a label."""

    code = "serial_invalid"
