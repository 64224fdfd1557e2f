"""Serial Shipping Container Codes: the number that a parcel is tracked by."""

import re

from aftercare.labels.errors import SsccInvalidError

LENGTH = 18
_SERIAL_AND_PREFIX = LENGTH - 2
_PREFIX_DIGITS = range(4, 13)
_IDENTIFIER = "00"
# Letters and digits, as USPS, UPS, Royal Mail and others give them; as many fit across a label.
_OWN_NUMBER = re.compile(r"[0-9A-Z]{8,28}")
_DIGITS = re.compile(r"[0-9]+")


def check_digit(digits: str) -> int:
    """The digit that brings the weighted sum to a multiple of ten, for a GS1 key of any length.

    Weights are 3, 1, 3, … from the rightmost digit (GS1 General Specifications §7.9.1, "Standard
    check digit calculations for GS1 data structures").

    Raises:
        SsccInvalidError: something else than the digits 0-9 was given.
    """
    _require_digits(digits)
    total = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(digits)))
    return -total % 10


def build(extension: int, company_prefix: str, serial: int) -> str:
    """The 18 digits: extension, GS1 Company Prefix, serial reference filled up with zeros, check.

    Layout: GS1 General Specifications §3.2, "Identification of a logistic unit (SSCC): AI (00)".

    Raises:
        SsccInvalidError: the extension is not one digit, the prefix not 4 to 12, or the serial is
            used up (it has 16 digits less the prefix's).
    """
    _require_digits(company_prefix)
    if extension not in range(10):
        raise SsccInvalidError("The extension digit of an SSCC is 0 to 9.")
    if len(company_prefix) not in _PREFIX_DIGITS:
        raise SsccInvalidError("A GS1 Company Prefix has 4 to 12 digits.")
    width = _SERIAL_AND_PREFIX - len(company_prefix)
    if not 0 <= serial < 10**width:
        raise SsccInvalidError(f"The serial reference must fit in {width} digits.")
    body = f"{extension}{company_prefix}{serial:0{width}d}"
    return f"{body}{check_digit(body)}"


def is_valid(sscc: str) -> bool:
    """Whether these are 18 digits of which the last one checks the others."""
    if len(sscc) != LENGTH or not _DIGITS.fullmatch(sscc):
        return False
    return int(sscc[-1]) == check_digit(sscc[:-1])


def is_of_a_carrier(number: str) -> bool:
    """Whether this is a carrier's own tracking number, and so not meant to be an SSCC."""
    is_meant = number.isdecimal() and LENGTH in {len(number), len(number.removeprefix(_IDENTIFIER))}
    return bool(_OWN_NUMBER.fullmatch(number)) and not is_meant


def shown(number: str) -> str:
    """A tracking number as printed under its bars: an SSCC by threes, others by fours.

    Raises:
        SsccInvalidError: It has an SSCC's length and is none.
    """
    if is_of_a_carrier(number):
        return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return human_readable(number)


def require_valid(sscc: str) -> None:
    """Refuse digits that a scanner's software would refuse.

    Raises:
        SsccInvalidError: not 18 digits, or the check digit does not match.
    """
    if not is_valid(sscc):
        raise SsccInvalidError("An SSCC is 18 digits of which the last one checks the others.")


def human_readable(sscc: str) -> str:
    """As printed under the bars: the application identifier in parentheses, digits by threes.

    The parentheses are not encoded (GS1 General Specifications §4.14, "Human readable
    interpretation"). The threes are for whoever types the number: the prefix's length is not known
    from the digits.

    Raises:
        SsccInvalidError: not 18 digits, or the check digit does not match.
    """
    require_valid(sscc)
    return "(00) " + " ".join(sscc[i : i + 3] for i in range(0, LENGTH, 3))


def _require_digits(text: str) -> None:
    if not _DIGITS.fullmatch(text):
        raise SsccInvalidError("Only the digits 0 to 9 can make an SSCC.")
