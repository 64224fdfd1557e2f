"""What the clock of a customer's zone is called, and days and moments on it."""

import re
from datetime import UTC, date, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from aftercare.points.rules import published as points
from aftercare.words.formats import formats
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from infra.addresses.zones import clock, every_zone, zones_by_country
from infra.words import clocks
from infra.words.locales import LOCALES

ZONES = sorted(set(every_zone()))
EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
HONOLULU = ZoneInfo("Pacific/Honolulu")
NARROW = str.maketrans("\N{FULLWIDTH LEFT PARENTHESIS}\N{FULLWIDTH RIGHT PARENTHESIS}", "()")
AT = datetime(2026, 6, 17, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "names"),
    [
        ("Pacific/Honolulu", "Hawaii time|heure d'Hawaï|hora de Hawái|ハワイ時間|夏威夷时间"),
        (
            "America/Los_Angeles",
            "Pacific time|heure du Pacifique nord-américain|hora del Pacífico"
            "|アメリカ太平洋時間|北美太平洋时间",
        ),
        (
            "America/Phoenix",
            "Mountain time (Phoenix)|heure des Rocheuses (Phoenix)"
            "|hora de las Montañas Rocosas (Phoenix)|アメリカ山地時間(フェニックス)"
            "|北美山区时间(凤凰城)",
        ),
        (
            "America/Puerto_Rico",
            "Atlantic time (Puerto Rico)|heure de l'Atlantique (Porto Rico)"
            "|hora del Atlántico (Puerto Rico)|大西洋時間(プエルトリコ)|大西洋时间(波多黎各)",
        ),
        (
            "Australia/Broken_Hill",
            "Australian Central time|heure du centre de l'Australie|hora de Australia central"
            "|オーストラリア中部時間|澳大利亚中部时间",
        ),
        (
            "America/St_Johns",
            "Newfoundland time|heure de Terre-Neuve|hora de Terranova|ニューファンドランド時間"
            "|纽芬兰时间",
        ),
        (
            "Europe/London",
            "UK time|heure du Royaume-Uni|hora del Reino Unido|イギリス時間|英国时间",
        ),
        (
            "Europe/Paris",
            "Central European time|heure d'Europe centrale|hora de Europa central"
            "|中央ヨーロッパ時間|中欧时间",
        ),
        ("Asia/Shanghai", "China time|heure de Chine|hora de China|中国時間|北京时间"),
        ("Asia/Tokyo", "Japan time|heure du Japon|hora de Japón|日本時間|日本时间"),
        (
            "Asia/Singapore",
            "Singapore time|heure de Singapour|hora de Singapur|シンガポール時間|新加坡时间",
        ),
        (
            "Africa/Casablanca",
            "Morocco time|heure locale (Maroc)|hora local (Marruecos)|モロッコ時間|摩洛哥时间",
        ),
        (
            "Africa/Accra",
            "Greenwich Mean Time|heure moyenne de Greenwich|hora del meridiano de Greenwich"
            "|グリニッジ標準時|格林尼治标准时间",
        ),
    ],
)
def test_a_clock_is_called_what_people_call_it(zone: str, names: str) -> None:
    in_order = ("en", "fr", "es", "ja", "zh-Hans")
    written = [formats(locale).clock(zone) for locale in in_order]
    assert [name.translate(NARROW) for name in written] == names.split("|")


@EVERY_LOCALE
def test_the_clock_of_every_zone_that_an_address_can_be_in_has_a_name(locale: str) -> None:
    known = {zone: formats(locale).clock(zone) for zone in ZONES}
    assert all(known.values())
    not_names = re.compile(
        "[/_%\N{RIGHT SINGLE QUOTATION MARK}]|nknown|indéterminé|desconocid|不明|未知"
    )
    assert not [name for name in known.values() if not_names.search(name)]
    if locale in {"ja", "zh-Hans"}:
        assert not [name for name in known.values() if re.search("[A-Za-z]", name)]


@EVERY_LOCALE
def test_no_two_clocks_of_a_country_share_a_name(locale: str) -> None:
    for zones in zones_by_country().values():
        for one, other in combinations([zone for zone in zones if zone in ZONES], 2):
            if clock(one) != clock(other):
                assert formats(locale).clock(one) != formats(locale).clock(other), (one, other)


def test_of_zones_that_differ_it_must_be_stated_whose_clock_the_name_alone_means() -> None:
    assert all(zone in ZONES for zone in clocks.table()["alone"].values())
    assert clocks.alone("America_Mountain", "America/Denver") == "America/Denver"
    assert clocks.alone("Japan", None) == "Asia/Tokyo"
    with pytest.raises(clocks.ClocksError, match="America/Phoenix"):
        clocks.alone("America_Mountain", None)


def test_the_clock_of_the_points_program_has_a_name() -> None:
    assert points().zone.key in ZONES


@EVERY_LOCALE
def test_a_zone_without_a_name_is_called_by_its_place(locale: str) -> None:
    assert formats(locale).clock("Antarctica/South_Pole") == "South Pole"


LAST_DAYS = {
    "en": "the end of June 16, 2026, Hawaii time",
    "fr": "la fin du 16 juin 2026, heure d'Hawaï",
    "es": "el final del 16 de junio de 2026, hora de Hawái",
    "ja": "ハワイ時間2026年6月16日24:00",
    "zh": "夏威夷时间2026年6月16日24:00",
}
MOMENTS = {
    "en": (
        "June 16, 2026 at 5:05\N{NARROW NO-BREAK SPACE}PM, Hawaii time",
        "Jun 16, 5:05\N{NARROW NO-BREAK SPACE}PM Hawaii time",
    ),
    "fr": ("16 juin 2026 à 17:05, heure d'Hawaï", "16 juin, 17:05, heure d'Hawaï"),
    "es": ("16 de junio de 2026 a las 17:05, hora de Hawái", "16 jun, 17:05, hora de Hawái"),
    "ja": ("ハワイ時間2026年6月16日 17:05", "ハワイ時間6月16日 17:05"),
    "zh": ("夏威夷时间2026年6月16日 17:05", "夏威夷时间6月16日 17:05"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_last_day_ends_on_its_clock(language: str) -> None:
    expected = LAST_DAYS[language.partition("-")[0]]
    assert words(language).last_day(date(2026, 6, 16), HONOLULU) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_is_told_on_its_clock(language: str) -> None:
    w = words(language)
    there = tuple(w.moment(AT, style, HONOLULU) for style in ("long", "short"))
    assert there == MOMENTS[language.partition("-")[0]]


def test_a_clock_is_typeset_like_all_words() -> None:
    french = words("fr", typeset=True)
    assert french.clock(HONOLULU) == "heure d\N{RIGHT SINGLE QUOTATION MARK}Hawaï"
    assert french.last_day(date(2026, 3, 1), HONOLULU).startswith("la fin du 1er mars 2026,")


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert words("en").moment(AT) == "June 17, 2026 at 3:05\N{NARROW NO-BREAK SPACE}AM UTC"
