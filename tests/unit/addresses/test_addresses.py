"""Addresses of many countries: what each lacks, and how its label is written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aftercare.addresses.model import Part
from aftercare.addresses.service import format_of, label_lines, missing_parts
from aftercare.kernel.address import Address
from aftercare.labels.centres import return_centres
from infra.addresses.countries import countries

COUNTRIES = [country for country in countries() if country != "ZZ"]


def address(country: str, **parts: str) -> Address:
    usual = {"name": "Mei Tanaka", "line1": "1 Main Street", "city": "", "region": ""}
    return Address(**usual | {"postal_code": ""} | parts, country=country)


@pytest.mark.parametrize(
    ("country", "parts"),
    [
        ("HK", {"city": "Central", "region": "Hong Kong Island"}),
        ("SG", {"postal_code": "018956"}),
        ("SG", {"city": "Singapore", "postal_code": "018956"}),
        ("FR", {"city": "Paris", "postal_code": "75001"}),
        ("MO", {}),
        ("AE", {"city": "Dubai", "region": "Dubai"}),
        ("JP", {"region": "Tokyo", "postal_code": "160-0023"}),
        ("GB", {"city": "London", "postal_code": "SW1A 1AA"}),
        ("US", {"city": "Reno", "region": "NV", "postal_code": "89502"}),
        ("IE", {"city": "Dublin"}),
        ("", {}),
    ],
)
def test_an_address_that_has_what_its_country_asks_for_lacks_nothing(
    country: str, parts: dict[str, str]
) -> None:
    assert missing_parts(address(country, **parts)) == ()


@pytest.mark.parametrize(
    ("country", "parts", "missing"),
    [
        ("US", {"city": "Reno", "region": "NV"}, [Part.POSTAL_CODE]),
        ("US", {"city": "Reno", "postal_code": "89502"}, [Part.REGION]),
        ("us", {"city": " ", "region": "NV", "postal_code": "89502"}, [Part.CITY]),
        ("FR", {"city": "Paris"}, [Part.POSTAL_CODE]),
        ("HK", {"city": "Central"}, [Part.REGION]),
        ("SG", {"city": "Singapore"}, [Part.POSTAL_CODE]),
        ("DE", {"line1": ""}, [Part.STREET, Part.POSTAL_CODE, Part.CITY]),
        ("KR", {}, [Part.REGION, Part.CITY, Part.POSTAL_CODE]),
        ("QQ", {}, [Part.CITY]),
    ],
)
def test_what_an_address_lacks_is_named_in_the_order_of_its_label(
    country: str, parts: dict[str, str], missing: list[Part]
) -> None:
    assert list(missing_parts(address(country, **parts))) == missing


@pytest.mark.parametrize(
    ("country", "parts", "lines"),
    [
        (
            "US",
            {"city": "Reno", "region": "NV", "postal_code": "89502", "line2": "Apt 2"},
            "1 Main Street|Apt 2|Reno, NV 89502|UNITED STATES",
        ),
        ("US", {"city": "Reno", "postal_code": "89502"}, "1 Main Street|Reno 89502|UNITED STATES"),
        (
            "US",
            {"region": "NV", "postal_code": "89502"},
            "1 Main Street|NV 89502|UNITED STATES",
        ),
        (
            "CA",
            {"city": "Vancouver", "region": "BC", "postal_code": "V5K 0A1"},
            "1 Main Street|Vancouver BC V5K 0A1|CANADA",
        ),
        (
            "GB",
            {"city": "London", "postal_code": "SW1A 1AA", "region": "Greater London"},
            "1 Main Street|London|SW1A 1AA|UNITED KINGDOM",
        ),
        (
            "FR",
            {"city": "Paris", "postal_code": "75001", "region": "Île-de-France"},
            "1 Main Street|75001 Paris|FRANCE",
        ),
        ("DE", {"city": "Köln", "postal_code": "50667"}, "1 Main Street|50667 Köln|GERMANY"),
        (
            "CH",
            {"city": "Zürich", "postal_code": "8001"},
            "1 Main Street|CH-8001 Zürich|SWITZERLAND",
        ),
        (
            "CH",
            {"city": "Zürich", "postal_code": "CH-8001"},
            "1 Main Street|CH-8001 Zürich|SWITZERLAND",
        ),
        ("CH", {"city": "Zürich"}, "1 Main Street|Zürich|SWITZERLAND"),
        (
            "HK",
            {"city": "Central", "region": "Hong Kong Island", "postal_code": "999077"},
            "1 Main Street|Central|Hong Kong Island|HONG KONG",
        ),
        ("HK", {"city": "Hong Kong"}, "1 Main Street|HONG KONG"),
        (
            "SG",
            {"city": "Singapore", "postal_code": "018956"},
            "1 Main Street|SINGAPORE 018956|REP. OF SINGAPORE",
        ),
        ("AE", {"city": "Dubai", "region": "Dubai"}, "1 Main Street|Dubai|UNITED ARAB EMIRATES"),
        (
            "AE",
            {"city": "Al Ain", "region": "Abu Dhabi"},
            "1 Main Street|Al Ain|Abu Dhabi|UNITED ARAB EMIRATES",
        ),
        (
            "JP",
            {"city": "Shinjuku-ku", "region": "Tokyo", "postal_code": "160-0023"},
            "1 Main Street|Shinjuku-ku, Tokyo|160-0023|JAPAN",
        ),
        (
            "BR",
            {"city": "São Paulo", "region": "SP", "postal_code": "01310-100"},
            "1 Main Street|São Paulo-SP|01310-100|BRAZIL",
        ),
        ("BR", {"city": "São Paulo"}, "1 Main Street|São Paulo|BRAZIL"),
        ("QQ", {"city": "Somewhere"}, "1 Main Street|Somewhere|QQ"),
        ("", {"city": "Somewhere"}, "1 Main Street|Somewhere"),
    ],
)
def test_a_label_is_written_as_the_country_writes_it(
    country: str, parts: dict[str, str], lines: str
) -> None:
    assert label_lines(address(country, **parts)) == ("Mei Tanaka", *lines.split("|"))


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (
            Address("田中芽衣", "西新宿2-8-1", "新宿区", "東京都", "160-0023", "JP"),
            "〒160-0023|東京都|新宿区|西新宿2-8-1|田中芽衣|JAPAN",
        ),
        (
            Address("王美", "长安街1号", "东城区", "北京市", "100006", "CN"),
            "100006|北京市东城区|长安街1号|王美|CHINA",
        ),
        (
            Address("김민지", "세종대로 110", "중구", "서울특별시", "04524", "KR"),
            "서울특별시 중구|세종대로 110|김민지|04524|SOUTH KOREA",
        ),
        (
            Address("陳大文", "皇后大道中1號", "中環", "香港島", "", "HK"),
            "香港島|中環|皇后大道中1號|陳大文|HONG KONG",
        ),
        (
            Address("王小明", "信義路五段7號", "信義區", "臺北市", "110", "TW"),
            "110|臺北市信義區|信義路五段7號|王小明|TAIWAN",
        ),
    ],
)
def test_an_address_in_its_own_script_is_written_from_large_to_small(
    written: Address, lines: str
) -> None:
    assert label_lines(written) == tuple(lines.split("|"))


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (
            Address("王美", "1 Chang'an Avenue", "Dongcheng", "Beijing", "100006", "CN"),
            "王美|1 Chang'an Avenue|Dongcheng|Beijing, 100006|CHINA",
        ),
        (
            Address("Mei Tanaka", "西新宿2-8-1", "新宿区", "東京都", "160-0023", "JP"),
            "〒160-0023|東京都|新宿区|西新宿2-8-1|Mei Tanaka|JAPAN",
        ),
        (
            Address("김민지", "세종대로 110", "Jung-gu", "서울특별시", "04524", "KR"),
            "김민지|세종대로 110|Jung-gu|서울특별시|04524|SOUTH KOREA",
        ),
        (
            Address("陳大文", "1 Queen's Road Central", "", "", "", "HK"),
            "陳大文|1 Queen's Road Central|HONG KONG",
        ),
    ],
)
def test_the_script_of_the_place_decides_and_words_never_run_together(
    written: Address, lines: str
) -> None:
    assert label_lines(written) == tuple(lines.split("|"))


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_part_that_a_country_has_is_on_its_label_in_its_order(country: str) -> None:
    parts = {"name": "N1", "line1": "A1", "city": "C1", "region": "S1", "postal_code": "Z1"}
    of_part = dict(
        zip(
            (Part.NAME, Part.STREET, Part.CITY, Part.REGION, Part.POSTAL_CODE),
            parts.values(),
            strict=True,
        )
    )
    written = Address(**parts, country=country)
    text = "\n".join(label_lines(written))
    latin = [each for line in format_of(country).latin for each in line if isinstance(each, Part)]
    places = [text.index(of_part[part]) for part in latin]
    assert places == sorted(places)
    assert text.endswith(format_of(country).name)


@pytest.mark.parametrize("country", COUNTRIES)
def test_parts_that_are_not_there_leave_no_separator_behind(country: str) -> None:
    for parts in ({"city": "C1"}, {"postal_code": "Z1"}, {"region": "S1"}, {}):
        for line in label_lines(address(country, name="N1", line1="A1", **parts))[:-1]:
            assert line == line.strip(" ,-/")
            assert line


@given(
    country=st.sampled_from([*COUNTRIES, "", "QQ"]),
    parts=st.lists(st.text(max_size=12), min_size=6, max_size=6),
)
@example(country="CI", parts=["", "", "0", "0", "", ""])
def test_no_address_breaks_and_its_street_is_always_there(country: str, parts: list[str]) -> None:
    name, line1, line2, city, region, code = parts
    written = Address(name, line1, city, region, code, country, line2)
    lines = label_lines(written)
    assert all(lines)
    for part in (name, line1, line2):
        # Côte d'Ivoire writes the city behind the street.
        assert all(each in "\n".join(lines) for each in part.strip().split("\n"))
    assert set(missing_parts(written)) <= set(format_of(country).required)


@pytest.mark.parametrize("market", return_centres())
def test_parcels_can_be_delivered_to_every_returns_centre(market: str) -> None:
    assert missing_parts(return_centres()[market]) == ()
