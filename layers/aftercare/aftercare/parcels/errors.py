"""Why what a carrier says cannot be taken."""

from aftercare.kernel.errors import InvalidError


class NewsInvalidError(InvalidError):
    """A carrier's news lacks a field, or a field is not what it must be."""

    code = "parcel_news_invalid"
