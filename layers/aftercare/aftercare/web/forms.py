"""What a browser may send: url-encoded forms, read strictly and within bounds."""

from urllib.parse import parse_qsl

from aftercare.web.errors import FormInvalidError, FormTooLargeError

CONTENT_TYPES = ["application/x-www-form-urlencoded"]
# A note and a reason for each of thirty items, each character as nine of an escape.
_MOST_BYTES = 200_000
_MOST_FIELDS = 400


def parse(body: bytes) -> dict[str, str]:
    """The form's fields; of a field sent twice, the first.

    Raises:
        FormTooLargeError: It is larger than any form of ours.
        FormInvalidError: Too many fields, or not UTF-8.
    """
    if len(body) > _MOST_BYTES:
        raise FormTooLargeError("That form is larger than any of ours.")
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise FormInvalidError("That form can't be read.", why="unreadable") from error
    return dict(reversed(pairs))
