"""What can be wrong with a photo before it is even looked at."""

from aftercare.kernel.errors import InvalidError, NotFoundError, RefusedError


class TooManyPhotosError(RefusedError):
    """The return has as many photo slots as one may have."""

    code = "too_many_photos"


class PhotoTypeError(InvalidError):
    """Not a kind of picture we read."""

    code = "photo_type"


class PhotoNotFoundError(NotFoundError):
    """No such photo in this return."""

    code = "photo_not_found"
