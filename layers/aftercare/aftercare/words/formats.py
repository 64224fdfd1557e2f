"""Numbers, money, dates, lists and plural forms as CLDR writes them in one language."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TypedDict

_LOCALES = Path(__file__).parent / "locales"
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_MOST_WHOLE = 10
# Written as a decimal point, also by East Asian keyboards.
_POINTS = str.maketrans(",\uff0c\uff0e", "...")

# A relation holds for a count whose remainder is (or, negated, is not) in one of the ranges:
# [modulus or 0, negated, [[first, last], …]]. A condition is an "or" of "and"s of relations.
type Relation = tuple[int, bool, list[tuple[int, int]]]
type Condition = list[list[Relation]]


class NumberSymbols(TypedDict):
    """`least_grouped` is how many digits must stand before the first separator."""

    decimal: str
    group: str
    minus: str
    least_grouped: int


class LocaleData(TypedDict):
    """One language's part of CLDR, as infra/words compiles it.

    Patterns are format strings; the fields of a date's are called as CLDR calls them.
    """

    plurals: dict[str, Condition]
    number: NumberSymbols
    money: str
    symbols: dict[str, str]
    dates: dict[str, str]
    months: dict[str, list[str]]
    days: list[str]
    half_days: list[str]
    first_day: str
    lists: dict[str, dict[str, str]]
    countries: dict[str, str]


class Formats:
    """How one language writes values."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._data: LocaleData = json.loads((_LOCALES / f"{locale}.json").read_bytes())

    def plural(self, count: int) -> str:
        """The plural category of a count: zero, one, two, few, many or other."""
        size = abs(count)
        for category, condition in self._data["plurals"].items():
            if any(all(_holds(relation, size) for relation in both) for both in condition):
                return category
        return "other"

    def number(self, value: int) -> str:
        """A whole number with its separators."""
        return self._signed(value, self._grouped(str(abs(value))))

    def decimal(self, value: int, digits: int) -> str:
        """So many of the last decimal place: 19 with 1 digit → 1.9."""
        whole, part = divmod(abs(value), 10**digits)
        size = self._grouped(str(whole))
        if digits:
            size += f"{self._data['number']['decimal']}{part:0{digits}}"
        return self._signed(value, size)

    def money(self, minor: int, currency: str) -> str:
        """An amount of minor units of an ISO 4217 currency: 1999, "USD" → $19.99."""
        digits = digits_of(currency)
        amount = self.decimal(abs(minor), digits)
        pattern = self._data["money"]
        # CLDR keeps letters apart from digits; a symbol that ends in a letter has its own space.
        bare = f"{currency}{_NO_BREAK_SPACE}" if pattern.startswith("{symbol}{") else currency
        symbol = self._data["symbols"].get(currency, bare)
        return self._signed(minor, pattern.format(symbol=symbol, amount=amount))

    def day(self, value: date, style: str = "long") -> str:
        """A day: full, long, medium, day_of_month ("Mar 1"), month ("Mar"), year."""
        return self._data["dates"][style].format_map(_Fields(value, self._data))

    def time(self, value: datetime) -> str:
        """Hours and minutes, of 12 hours or of 24."""
        return self._data["dates"]["time"].format_map(_Fields(value, self._data))

    def list(self, parts: Sequence[str], style: str = "and") -> str:
        """The parts as a sentence lists them; `or` for alternatives."""
        pattern = self._data["lists"][style]
        match parts:
            case []:
                return ""
            case [only]:
                return only
            case [first, second]:
                return pattern["2"].format(first, second)
            case [first, *middle, before_last, last]:
                listed = pattern["start"].format(first, middle[0] if middle else before_last)
                for part in [*middle[1:], before_last] if middle else []:
                    listed = pattern["middle"].format(listed, part)
                return pattern["end"].format(listed, last)
        raise TypeError(f"not a sequence: {parts!r}")

    def country(self, code: str) -> str:
        """The name of an ISO 3166 country; empty for any other code."""
        return self._data["countries"].get(code, "")

    def clock(self, zone: str) -> str:
        """What people call the time of that zone: "Hawaii time"; of an unknown one, its place."""
        return _clocks(self._locale).get(zone) or zone.rpartition("/")[2].replace("_", " ")

    def _grouped(self, digits: str) -> str:
        symbols = self._data["number"]
        if len(digits) < 3 + symbols["least_grouped"]:
            return digits
        return f"{int(digits):,}".replace(",", symbols["group"])

    def _signed(self, value: int, size: str) -> str:
        return f"{self._data['number']['minus']}{size}" if value < 0 else size


class _Fields(Mapping[str, str]):
    """The fields of a date pattern, made when the pattern has them."""

    def __init__(self, value: date, data: LocaleData) -> None:
        self._value = value
        self._data = data

    def __getitem__(self, field: str) -> str:
        value, data = self._value, self._data
        match field:
            case "d" if value.day == 1:
                return data["first_day"]
            case "MMM" | "MMMM" | "LLL":
                return data["months"][field][value.month - 1]
            case "EEEE":
                return data["days"][value.weekday()]
            case "a" if isinstance(value, datetime):
                return data["half_days"][value.hour // 12]
            case _:
                return f"{self._number(field[0]):0{len(field)}}"

    def _number(self, unit: str) -> int:
        value = self._value
        match unit:
            case "y":
                return value.year
            case "M":
                return value.month
            case "d":
                return value.day
            case "H" if isinstance(value, datetime):
                return value.hour
            case "h" if isinstance(value, datetime):
                return value.hour % 12 or 12
            case "m" if isinstance(value, datetime):
                return value.minute
            case _:
                raise KeyError(unit)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@cache
def formats(locale: str) -> Formats:
    """The formats of a locale, read once per process."""
    return Formats(locale)


@cache
def _clocks(locale: str) -> Mapping[str, str]:
    """The names of the zones' clocks; apart from the other data, as most pages need none."""
    names: dict[str, str] = json.loads((_LOCALES / f"clocks.{locale}.json").read_bytes())
    return names


def minor_units(text: str, currency: str) -> int | None:
    """The amount in a text such as "12.50" or "12,5", in minor units; none if it is none."""
    whole, _, part = text.strip().translate(_POINTS).partition(".")
    digits = digits_of(currency)
    is_number = (whole + part).isdecimal() and len(whole) <= _MOST_WHOLE
    if not (whole and is_number) or len(part) > digits:
        return None
    return int(whole + part.ljust(digits, "0"))


def digits_of(currency: str) -> int:
    """How many digits of an amount in minor units are behind the point."""
    return _currency_digits().get(currency, 2)


@cache
def _currency_digits() -> dict[str, int]:
    """Currencies whose minor units are not hundredths."""
    digits: dict[str, int] = json.loads((_LOCALES / "currency_digits.json").read_bytes())
    return digits


def _holds(relation: Relation, size: int) -> bool:
    modulus, negated, ranges = relation
    value = size % modulus if modulus else size
    return any(first <= value <= last for first, last in ranges) is not negated
