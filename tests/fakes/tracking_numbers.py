"""Numbers as carriers issue them, made from the descriptions of their formats.

The check digits are computed here once more, from the descriptions and not from our code.
"""

import random
from collections.abc import Callable, Mapping

type Draw = random.Random

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_ALPHANUMERIC = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(draw: Draw, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def gs1(body: str) -> str:
    """The body with its GS1 check digit."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        total += int(sign) * (3 if place % 2 == 0 else 1)
    return body + str(-total % 10)


def mod_7(body: str) -> str:
    return body + str(int(body) % 7)


def s10(draw: Draw, country: str) -> str:
    body = digits(draw, 8)
    total = sum(int(sign) * weight for sign, weight in zip(body, _S10_WEIGHTS, strict=True))
    check = 11 - total % 11
    check = {10: 0, 11: 5}.get(check, check)
    service = draw.choice("CELRUV") + draw.choice(_LETTERS)
    return f"{service}{body}{check}{country}"


def ups(draw: Draw) -> str:
    shipper = "".join(draw.choice(_ALPHANUMERIC) for _ in range(6))
    body = shipper + draw.choice(("01", "02", "03", "12", "90", "YW")) + digits(draw, 7)
    total = 0
    for place, sign in enumerate(body, start=1):
        value = int(sign) if sign.isdigit() else (ord(sign) - ord("A") + 2) % 10
        total += value * (2 if place % 2 == 0 else 1)
    return f"1Z{body}{-total % 10}"


def fedex_express(body: str) -> str:
    weights = (1, 3, 7)
    total = sum(int(sign) * weights[place % 3] for place, sign in enumerate(reversed(body)))
    return body + str(total % 11 % 10)


def impb(draw: Draw, length: int = 22) -> str:
    kind = draw.choice(("9400", "9405", "9205", "9274", "9302", "9361", "9505", "9101"))
    return gs1(kind + digits(draw, length - 5))


def _usps(draw: Draw) -> str:
    zip_code = digits(draw, draw.choice((5, 9)))
    return draw.choice(
        (
            impb(draw),
            impb(draw, 26),
            f"420{zip_code}{impb(draw)}",
            f"420{zip_code[:5]}{impb(draw, 26)}",
            s10(draw, "US"),
            gs1(draw.choice(("0307", "7019", "7112", "2306")) + digits(draw, 15)),
        )
    )


def _fedex(draw: Draw) -> str:
    return draw.choice(
        (
            fedex_express(digits(draw, 11)),
            fedex_express(draw.choice("23456789") + digits(draw, 10)),
            gs1(digits(draw, 14)),
            gs1("61" + digits(draw, 17)),
            "9611020" + gs1(digits(draw, 14)),
        )
    )


def _dhl_express(draw: Draw) -> str:
    return draw.choice(
        (
            mod_7(draw.choice("123456789") + digits(draw, 8)),
            mod_7(draw.choice("123456789") + digits(draw, 8)),
            "JJD" + digits(draw, draw.choice((10, 16, 18, 20))),
            "JVGL" + digits(draw, draw.choice((10, 16, 20))),
        )
    )


def _dhl_ecommerce(draw: Draw) -> str:
    return "GM" + digits(draw, draw.choice((16, 18, 20)))


def _la_poste(draw: Draw) -> str:
    colissimo = draw.choice("12356789") + draw.choice(_LETTERS[:25])
    return draw.choice(
        (s10(draw, "FR"), colissimo + digits(draw, 11), colissimo + digits(draw, 13))
    )


def _japan_post(draw: Draw) -> str:
    return draw.choice(
        (
            s10(draw, "JP"),
            mod_7(digits(draw, 11)),
            mod_7(draw.choice("12345678") + digits(draw, 9)),
        )
    )


def _sf_express(draw: Draw) -> str:
    """One in ten in the older form of twelve digits."""
    return digits(draw, 12) if draw.random() < 0.1 else "SF" + digits(draw, 13)


NUMBERS: Mapping[str, Callable[[Draw], str]] = {
    "usps": _usps,
    "ups": ups,
    "fedex": _fedex,
    "dhl_express": _dhl_express,
    "dhl_ecommerce": _dhl_ecommerce,
    "canada_post": lambda draw: draw.choice((gs1(digits(draw, 15)), s10(draw, "CA"))),
    "royal_mail": lambda draw: s10(draw, "GB"),
    "la_poste": _la_poste,
    "japan_post": _japan_post,
    "china_post": lambda draw: s10(draw, "CN"),
    "sf_express": _sf_express,
    "yunexpress": lambda draw: "YT" + digits(draw, 16),
    "4px": lambda draw: f"4PX{digits(draw, 13)}CN",
    "gofo": lambda draw: "GFUS" + digits(draw, 14),
    "uniuni": lambda draw: "UUS" + "".join(draw.choice(_ALPHANUMERIC) for _ in range(16)),
    "speedx": lambda draw: "SPX" + draw.choice(("DTW", "LAX", "EWR")) + digits(draw, 15),
    "cainiao": lambda draw: draw.choice(("LP", "CNUS00", "CAINIAO")) + digits(draw, 14),
}


def drawn(seed: int, count: int) -> list[tuple[str, str]]:
    """Carriers in turn, each with one of its numbers."""
    draw = random.Random(seed)  # noqa: S311 - drawn again from the seed
    codes = list(NUMBERS)
    return [(code := codes[place % len(codes)], NUMBERS[code](draw)) for place in range(count)]
