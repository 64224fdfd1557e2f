"""What a browser may send: url-encoded forms, read strictly and within bounds."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from aftercare.kernel.errors import InvalidError
from aftercare.returns.errors import ChoiceInvalidError
from aftercare.returns.model import Reason

CONTENT_TYPES = ["application/x-www-form-urlencoded"]
_MOST_BYTES = 20_000
_MOST_FIELDS = 120
_UNITS = "units-"


class FormInvalidError(InvalidError):
    """The body is no form of ours."""

    code = "form_invalid"


def parse(body: bytes) -> dict[str, str]:
    """The form's fields; of a field sent twice, the first.

    Raises:
        FormInvalidError: Too large, too many fields, or not UTF-8.
    """
    if len(body) > _MOST_BYTES:
        raise FormInvalidError("That form is larger than any of ours.")
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise FormInvalidError("That form can't be read.") from error
    return dict(reversed(pairs))


def chosen_units(form: Mapping[str, str]) -> dict[str, int]:
    """Line id → units asked for.

    Raises:
        ChoiceInvalidError: A quantity that is no small whole number.
    """
    units = {}
    for name, value in form.items():
        if name.startswith(_UNITS):
            if not (value.isascii() and value.isdigit() and len(value) <= 4):  # noqa: PLR2004
                raise ChoiceInvalidError("units", "Please choose how many of each item.")
            units[name.removeprefix(_UNITS)] = int(value)
    return units


def chosen_reason(form: Mapping[str, str]) -> Reason:
    """The reason that was ticked.

    Raises:
        ChoiceInvalidError: None, or none of ours.
    """
    try:
        return Reason(form.get("reason", ""))
    except ValueError as error:
        raise ChoiceInvalidError("reason", "Please tell us why it's coming back.") from error
