"""Values as CLDR writes them: compared with Babel, which has all of CLDR, in five languages."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from unicodedata import category

import pytest
from babel.core import get_global
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from aftercare.words.formats import formats, minor_units
from infra.words.locales import LOCALES, cldr

EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
CLDR = {name: cldr(name) for name in LOCALES}
STYLES = ("full", "long", "medium")
SPACE = "\N{NO-BREAK SPACE}"
# ISO 4217; CLDR shows fewer digits of some, but an amount in minor units needs them all.
DIGITS = dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3) | dict.fromkeys(
    re.findall("...", "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXVNDVUVXAFXOFXPF"), 0
)
IN_USE = sorted(
    {
        currency
        for periods in get_global("territory_currencies").values()
        for currency, _, until, is_tender in periods
        if until is None and is_tender
    }
)
counts = st.one_of(
    st.integers(-1000, 1000),
    st.integers(-(10**15), 10**15),
    st.integers(0, 999).map(lambda n: n * 1_000_000),
)
days = st.dates(min_value=date(1, 1, 1))


@EVERY_LOCALE
@given(count=counts)
def test_plural_forms(locale: str, count: int) -> None:
    rule = CLDR[locale].plural_form
    assert formats(locale).plural(count) == rule(count)


@EVERY_LOCALE
@given(number=counts)
def test_numbers(locale: str, number: int) -> None:
    babel = format_decimal(number, locale=CLDR[locale])
    if locale == "es" and 1000 <= abs(number) < 10_000:
        babel = babel.replace(".", "")  # CLDR: 1234, 12.345
    assert formats(locale).number(number) == babel


@EVERY_LOCALE
@pytest.mark.parametrize("minor", [0, 1, 99, 100, 1999, -1999, 123_456_789, -5])
def test_money(locale: str, minor: int) -> None:
    for currency in IN_USE:
        assert formats(locale).money(minor, currency) == expected_money(locale, minor, currency)


def expected_money(locale: str, minor: int, currency: str) -> str:
    """What Babel writes with ISO 4217's digits, plus what it leaves out of CLDR."""
    parsed = CLDR[locale]
    digits = DIGITS.get(currency, 2)
    standard = parsed.currency_formats["standard"].pattern
    pattern = standard.replace("0.00", f"0.{'0' * digits}" if digits else "0")
    amount = Decimal(minor).scaleb(-digits)
    babel = format_currency(amount, currency, pattern, locale=parsed, currency_digits=False)
    symbol = parsed.currency_symbols.get(currency, currency)
    if babel.lstrip("-").startswith(symbol) and not category(symbol[-1]).startswith("S"):
        babel = babel.replace(symbol, f"{symbol}{SPACE}")  # currencySpacing
    if locale == "es" and 1000 <= abs(amount) < 10_000:
        babel = babel.replace(".", "")  # minimumGroupingDigits
    return babel


@EVERY_LOCALE
@pytest.mark.parametrize(
    "currency", ["USD", "CAD", "EUR", "GBP", "CNY", "JPY", "KRW", "TWD", "BHD"]
)
def test_money_is_what_babel_writes(locale: str, currency: str) -> None:
    amount = Decimal(199_950_000).scaleb(-DIGITS.get(currency, 2))
    babel = format_currency(amount, currency, locale=CLDR[locale])
    assert formats(locale).money(199_950_000, currency).replace(SPACE, "") == babel.replace(
        SPACE, ""
    )


@EVERY_LOCALE
@pytest.mark.parametrize("style", STYLES)
@given(day=days)
def test_days(locale: str, style: str, day: date) -> None:
    written = formats(locale).day(day, style)
    babel = format_date(day, style, locale=CLDR[locale])
    if locale == "fr" and day.day == 1:
        written = written.replace("1er ", "1 ")  # CLDR leaves the ordinal to the writer
    assert written == babel


@EVERY_LOCALE
@pytest.mark.parametrize(
    ("style", "skeleton"), [("day_of_month", "MMMd"), ("month", "MMM"), ("year", "y")]
)
@given(day=days)
def test_parts_of_days(locale: str, style: str, skeleton: str, day: date) -> None:
    parsed = CLDR[locale]
    babel = parsed.datetime_skeletons[skeleton].apply(datetime.combine(day, time()), parsed)
    written = formats(locale).day(day, style)
    assert (written.replace("1er ", "1 ") if locale == "fr" else written) == babel


@EVERY_LOCALE
@given(at=st.times())
def test_times(locale: str, at: time) -> None:
    parsed = CLDR[locale]
    babel = format_time(at, "short", locale=parsed)
    assert formats(locale).time(datetime.combine(date(2026, 3, 1), at)) == babel


@EVERY_LOCALE
@pytest.mark.parametrize(("style", "babel_style"), [("and", "standard"), ("or", "or")])
@given(parts=st.lists(st.text(), max_size=6))
def test_lists(locale: str, style: str, babel_style: str, parts: list[str]) -> None:
    babel = format_list(parts, babel_style, CLDR[locale])  # type: ignore[arg-type]
    assert formats(locale).list(parts, style) == babel


@EVERY_LOCALE
def test_countries(locale: str) -> None:
    theirs = {str(code): name.replace("’", "'") for code, name in CLDR[locale].territories.items()}
    codes = [code for code in theirs if len(code) == 2 and formats(locale).country(code)]
    assert len(codes) == 249
    assert all(formats(locale).country(code) == theirs[code] for code in codes)
    assert not formats(locale).country("EU")


def test_a_day_has_no_hours() -> None:
    with pytest.raises(KeyError, match="h"):
        formats("en").time(date(2026, 3, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "USD", 1_250),
        (" 12,5 ", "EUR", 1_250),
        ("12", "USD", 1_200),
        ("\uff11\uff12\uff0e\uff15", "USD", 1_250),
        ("12\u00b2", "USD", None),
        ("12.5\u200b", "USD", None),
        ("1200", "JPY", 1_200),
        ("1.250", "USD", None),
        ("1,250", "JPY", None),
        ("1,250.00", "USD", None),
        ("-1", "USD", None),
        ("", "USD", None),
        (".5", "USD", None),
        ("12345678901", "USD", None),
    ],
)
def test_an_amount_that_was_typed_is_read_or_refused_never_guessed(
    text: str, currency: str, minor: int | None
) -> None:
    assert minor_units(text, currency) == minor
