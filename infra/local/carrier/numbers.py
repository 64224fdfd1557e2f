"""Tracking numbers as the simulated seller's carriers give them: valid in form, nobody's."""

from collections.abc import Callable
from functools import partial

from aftercare.parcels.carriers import Check
from aftercare.parcels.check_digits import fits, s10_fits

_OF_A_POST = {"RoyalMail": "GB", "AustraliaPost": "AU"}


def tracking_code(carrier: str, serial: int) -> str:
    """That carrier's number with that serial."""
    if carrier == "UPS":
        return _ups(f"999AA103{serial:07d}")
    if carrier == "CanadaPost":
        return _gs1(f"99{serial:013d}")
    if country := _OF_A_POST.get(carrier):
        return _s10(f"{serial:08d}", country)
    return _gs1(f"9302{serial:017d}")


def barcode_of(carrier: str, number: str, postal_code: str) -> tuple[str, bool]:
    """What its bars carry, and whether that is GS1's: for USPS, the postal code and the number."""
    if carrier == "USPS":
        return f"[420]{postal_code[:5]}[{number[:2]}]{number[2:]}", True
    return number, False


def _checked(before: str, is_right: Callable[[str], bool], after: str = "") -> str:
    """The number with the check digit that fits."""
    numbers = (f"{before}{digit}{after}" for digit in range(10))
    return next(number for number in numbers if is_right(number))


def _gs1(body: str) -> str:
    return _checked(body, partial(fits, Check.MOD_10))


def _ups(body: str) -> str:
    return "1Z" + _checked(body, partial(fits, Check.UPS))


def _s10(body: str, country: str) -> str:
    return _checked(f"RT{body}", s10_fits, country)
