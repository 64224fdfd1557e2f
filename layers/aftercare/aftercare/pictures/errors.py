"""Why a picture is not fetched."""

from aftercare.kernel.errors import RefusedError


class PictureRefusedError(RefusedError):
    """There is no picture at that address, or none that may be fetched; `reason` says which."""

    code = "picture_refused"
