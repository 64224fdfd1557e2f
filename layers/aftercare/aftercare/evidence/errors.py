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
