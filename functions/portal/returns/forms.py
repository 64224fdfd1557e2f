"""The form with which a customer chooses what comes back."""

from collections.abc import Mapping

from aftercare.returns.errors import ChoiceInvalidError
from aftercare.returns.model import Reason

_UNITS = "units-"


def chosen_units(form: Mapping[str, str]) -> dict[str, int]:
    """Line id → units to return.

    Raises:
        ChoiceInvalidError: A quantity is not a small whole number.
    """
    units = {}
    for name, value in form.items():
        if name.startswith(_UNITS):
            if not (value.isascii() and value.isdigit() and len(value) <= 4):  # noqa: PLR2004
                raise ChoiceInvalidError(
                    "units", "Please choose how many of each item.", "quantity"
                )
            units[name.removeprefix(_UNITS)] = int(value)
    return units


def chosen_reason(form: Mapping[str, str]) -> Reason:
    """The reason that was ticked.

    Raises:
        ChoiceInvalidError: No reason, or one that we do not have.
    """
    try:
        return Reason(form.get("reason", ""))
    except ValueError as error:
        raise ChoiceInvalidError("reason", "Please tell us why it's coming back.") from error
