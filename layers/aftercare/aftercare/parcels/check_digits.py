"""How the last digit of a tracking number follows from the others."""

from collections.abc import Callable, Mapping

from aftercare.parcels.carriers import Check

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# What the rest modulo 11 makes of an S10 number's check digit, where it is not 11 less the rest.
_S10_EXCEPTIONS = {0: 5, 1: 0}


def fits(check: Check, number: str) -> bool:
    """Whether the number's last digit is the one that the others demand."""
    return _CHECKS[check](number)


def s10_fits(number: str) -> bool:
    """Whether the check digit fits in a number such as RB123456785GB."""
    digits = zip(map(int, number[2:10]), _S10_WEIGHTS, strict=True)
    rest = sum(digit * weight for digit, weight in digits) % 11
    return int(number[10]) == _S10_EXCEPTIONS.get(rest, 11 - rest)


def _mod_10(number: str) -> bool:
    """GS1's: weights 3 and 1 in turn, from the right."""
    total = 3 * sum(map(int, number[-2::-2])) + sum(map(int, number[::-2]))
    return total % 10 == 0


def _mod_7(number: str) -> bool:
    return int(number[:-1]) % 7 == int(number[-1])


def _fedex(number: str) -> bool:
    """Weights 1, 3, 7 from the right; modulo 11, of whose ten the last digit counts."""
    body = number[-2::-1]
    total = sum(map(int, body[::3]))
    total += 3 * sum(map(int, body[1::3])) + 7 * sum(map(int, body[2::3]))
    return total % 11 % 10 == int(number[-1])


def _ups(number: str) -> bool:
    """Weights 1 and 2 in turn, from the left; A is 2, B is 3 … H is 9, I is 0."""
    values = [int(sign) if sign.isdigit() else (ord(sign) - 3) % 10 for sign in number]
    return (sum(values[:-1:2]) + 2 * sum(values[1:-1:2]) + values[-1]) % 10 == 0


_CHECKS: Mapping[Check, Callable[[str], bool]] = {
    Check.MOD_10: _mod_10,
    Check.MOD_7: _mod_7,
    Check.FEDEX: _fedex,
    Check.UPS: _ups,
}
