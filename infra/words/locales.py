"""The words room's data files: one per CLDR locale, and the digits of currencies."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from babel import Locale, localedata
from babel.core import get_global
from babel.dates import parse_pattern

from infra.words import clocks, plurals

ROOM = Path(__file__).parents[2] / "layers" / "aftercare" / "aftercare" / "words" / "locales"
LOCALES = ("en", "zh-Hans", "fr", "es", "ja")

# ISO 4217: the number of decimal digits of the currencies that do not have two.
_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_COUNTRY = re.compile(r"[A-Z]{2}")
# Codes in CLDR's list of territories that are not countries in ISO 3166-1.
_NOT_COUNTRIES = {
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "IC",
    "QO",
    "TA",
    "UN",
    "XA",
    "XB",
    "XK",
    "ZZ",
}
# CLDR's `minimumGroupingDigits`, where it is not 1 (es.xml). Babel does not have it.
_MIN_GROUPING_DIGITS = {"es": 2}
# CLDR has no pattern for the first of a month: French has "1er mars" but "2 mars".
_FIRST_DAY = {"fr": "1er"}
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_PATTERN_FIELD = re.compile(r"%\((\w+)\)s")


def files() -> dict[str, str]:
    """The text of each data file, by file name."""
    documents = {f"{name}.json": _locale(name) for name in LOCALES}
    documents |= {f"clocks.{name}.json": clocks.names(cldr(name), name) for name in LOCALES}
    documents["currency_digits.json"] = {
        currency: digits
        for digits, currencies in _DIGITS.items()
        for currency in currencies.split()
    }
    return {name: _json(data) for name, data in documents.items()}


def _json(data: dict[str, Any]) -> str:
    """JSON with one member per line: compact, with readable diffs."""
    lines = (f"{json.dumps(key)}: {json.dumps(data[key], ensure_ascii=False)}" for key in data)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def cldr(name: str) -> Locale:
    """A locale's data, read with an empty cache.

    Babel caches the targets of aliases in data that all locales share: if Chinese was read first,
    French has Chinese month names.
    """
    localedata._cache.clear()
    locale = Locale.parse(name, sep="-")
    _ = locale.territories  # loads the data now
    return locale


def _locale(name: str) -> dict[str, Any]:
    locale = cldr(name)
    symbols = locale.number_symbols["latn"]
    return {
        "plurals": plurals.compiled(locale),
        "number": {
            "decimal": symbols["decimal"],
            "group": symbols["group"],
            "minus": symbols["minusSign"],
            "least_grouped": _MIN_GROUPING_DIGITS.get(name, 1),
        },
        "money": _money(locale),
        "symbols": _symbols(locale),
        "dates": _dates(locale),
        "months": _months(locale),
        "days": [locale.days["format"]["wide"][day] for day in range(7)],
        "half_days": [locale.day_periods["format"]["abbreviated"][half] for half in ("am", "pm")],
        "first_day": _FIRST_DAY.get(name, "1"),
        "lists": {
            "and": dict(locale.list_patterns["standard"]),
            "or": dict(locale.list_patterns["or"]),
        },
        "countries": _countries(locale),
    }


def _money(locale: Locale) -> str:
    pattern = locale.currency_formats["standard"]
    return f"{pattern.prefix[0]}{{amount}}{pattern.suffix[0]}".replace("¤", "{symbol}")


def _symbols(locale: Locale) -> dict[str, str]:
    """Symbols that differ from the code, of currencies in use; a space follows a letter."""
    leads = locale.currency_formats["standard"].prefix[0] == "¤"
    in_use = {
        currency
        for periods in get_global("territory_currencies").values()
        for currency, _, until, is_tender in periods
        if until is None and is_tender
    }
    return {
        currency: f"{symbol}{_NO_BREAK_SPACE}" if leads and _ends_in_letter(symbol) else symbol
        for currency, symbol in sorted(locale.currency_symbols.items())
        if currency in in_use and symbol != currency
    }


def _ends_in_letter(symbol: str) -> bool:
    return not unicodedata.category(symbol[-1]).startswith("S")


def _dates(locale: Locale) -> dict[str, str]:
    skeletons = locale.datetime_skeletons
    patterns = {
        "full": locale.date_formats["full"],
        "long": locale.date_formats["long"],
        "medium": locale.date_formats["medium"],
        "day_of_month": skeletons["MMMd"],
        "month": skeletons["MMM"],
        "year": skeletons["y"],
        "time": locale.time_formats["short"],
    }
    return {
        style: _PATTERN_FIELD.sub(r"{\1}", str(parse_pattern(pattern).format))
        for style, pattern in patterns.items()
    }


def _months(locale: Locale) -> dict[str, list[str]]:
    names = {
        "MMMM": locale.months["format"]["wide"],
        "MMM": locale.months["format"]["abbreviated"],
        "LLL": locale.months["stand-alone"]["abbreviated"],
    }
    return {field: [months[month] for month in range(1, 13)] for field, months in names.items()}


def _countries(locale: Locale) -> dict[str, str]:
    """Names by code, with straight apostrophes like the catalogue's texts."""
    return {
        code: name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        for code, name in sorted(locale.territories.items())
        if _COUNTRY.fullmatch(code) and code not in _NOT_COUNTRIES
    }
