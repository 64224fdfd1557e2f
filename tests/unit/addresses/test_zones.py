"""The clock on which a customer's days are counted, and the data that tells it."""

import re
import tomllib
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.addresses.service import zone_of
from aftercare.addresses.zones import folded
from aftercare.kernel.address import Address
from infra.addresses.zones import (
    FILE,
    TABLE,
    ZonesError,
    clock,
    countries,
    every_zone,
    latest_first,
    regions_of,
    text,
    zones_by_country,
)
from tests.fakes.template import ROOT

COUNTRIES = countries()
REGIONS = [
    (country, region)
    for country, known in COUNTRIES.items()
    if "regions" in known
    for region in regions_of(country)
]
TRIM = tomllib.loads((ROOT / "layers/deps/trim.toml").read_text())


def there(country: str, region: str = "", postal_code: str = "") -> Address:
    return Address("Mei Tanaka", "1 Main Street", "Town", region, postal_code, country)


def zone(country: str, region: str = "", postal_code: str = "", market: str = "US") -> str:
    return zone_of(there(country, region, postal_code), market).key


def test_data_is_what_make_addresses_writes() -> None:
    assert FILE.read_text("utf-8") == text()


@pytest.mark.parametrize("name", sorted(set(every_zone())))
def test_every_zone_is_one_of_zoneinfo_s_and_ships(name: str) -> None:
    """tzdata renames zones now and then."""
    assert datetime(2026, 6, 1, tzinfo=ZoneInfo(name)).utcoffset() is not None
    assert name.partition("/")[0] in TRIM["keep"]["tzdata/zoneinfo"]
    assert files("tzdata").joinpath("zoneinfo", *name.split("/")).is_file()


@pytest.mark.parametrize(
    ("region", "postal_code", "name"),
    [
        ("HI", "", "Pacific/Honolulu"),
        ("Louisiana", "", "America/Chicago"),
        (" us-hi ", "", "Pacific/Honolulu"),
        ("", "96815", "Pacific/Honolulu"),
        ("Oahu", "96815-1234", "Pacific/Honolulu"),
        ("NY", "", "America/New_York"),
        ("New York", "10001", "America/New_York"),
        ("CA", "", "America/Los_Angeles"),
        ("AZ", "85001", "America/Phoenix"),
        ("IN", "", "America/Chicago"),
        ("IN", "46201", "America/New_York"),
        ("IN", "46402", "America/Chicago"),
        ("IN", "47708", "America/Chicago"),
        ("IN", "46802", "America/New_York"),
        ("Kentucky", "", "America/Chicago"),
        ("Kentucky", "40202", "America/New_York"),
        ("KY", "40507", "America/New_York"),
        ("KY", "42101", "America/Chicago"),
        ("KY", "40143", "America/Chicago"),
        ("FL", "", "America/Chicago"),
        ("FL", "33101", "America/New_York"),
        ("", "33101", "America/New_York"),
        ("FL", "32301", "America/New_York"),
        ("FL", "32401", "America/Chicago"),
        ("FL", "32501", "America/Chicago"),
        ("MI", "48201", "America/New_York"),
        ("MI", "49938", "America/Chicago"),
        ("TN", "37201", "America/Chicago"),
        ("TN", "37902", "America/New_York"),
        ("TN", "38103", "America/Chicago"),
        ("TX", "", "America/Denver"),
        ("TX", "75201", "America/Chicago"),
        ("TX", "79101", "America/Chicago"),
        ("TX", "79843", "America/Denver"),
        ("TX", "79901", "America/Denver"),
        ("TX", "88510", "America/Denver"),
        ("KS", "67202", "America/Chicago"),
        ("KS", "67735", "America/Denver"),
        ("NE", "68102", "America/Chicago"),
        ("NE", "69361", "America/Denver"),
        ("ND", "58102", "America/Chicago"),
        ("ND", "58601", "America/Denver"),
        ("SD", "57104", "America/Chicago"),
        ("SD", "57701", "America/Denver"),
        ("ID", "", "America/Los_Angeles"),
        ("ID", "83702", "America/Denver"),
        ("ID", "83814", "America/Los_Angeles"),
        ("NY", "33101", "America/New_York"),
        ("GA", "75201", "America/New_York"),
        ("AK", "", "America/Adak"),
        ("AK", "99501", "America/Anchorage"),
        ("AK", "99546", "America/Adak"),
        ("PR", "00901", "America/Puerto_Rico"),
        ("GU", "96910", "Pacific/Guam"),
        ("AS", "96799", "Pacific/Pago_Pago"),
        ("AP", "96201", "Pacific/Honolulu"),
        ("Atlantis", "", "Pacific/Honolulu"),
        ("", "", "Pacific/Honolulu"),
    ],
)
def test_an_american_address_is_on_the_latest_clock_of_its_state(
    region: str, postal_code: str, name: str
) -> None:
    assert zone("US", region, postal_code) == name


@pytest.mark.parametrize(
    ("country", "region", "postal_code", "name"),
    [
        ("CA", "NL", "", "America/Goose_Bay"),
        ("CA", "Newfoundland and Labrador", "A1C 5S7", "America/St_Johns"),
        ("CA", "NL", "A0P 1B0", "America/Goose_Bay"),
        ("CA", "Québec", "", "America/Toronto"),
        ("CA", "ON", "", "America/Winnipeg"),
        ("CA", "ON", "M5V 2T6", "America/Toronto"),
        ("CA", "ON", "P7B 1A1", "America/Toronto"),
        ("CA", "ON", "P9N 1A1", "America/Winnipeg"),
        ("CA", "ON", "P0X 1C0", "America/Winnipeg"),
        ("CA", "BC", "V5K 0A1", "America/Vancouver"),
        ("CA", "", "V5K 0A1", "America/Vancouver"),
        ("CA", "", "", "America/Vancouver"),
        ("AU", "NSW", "", "Australia/Broken_Hill"),
        ("AU", "NSW", "2880", "Australia/Broken_Hill"),
        ("AU", "New South Wales", "2000", "Australia/Sydney"),
        ("AU", "", "2000", "Australia/Sydney"),
        ("AU", "WA", "6000", "Australia/Perth"),
        ("AU", "", "", "Australia/Perth"),
        ("BR", "SP", "", "America/Sao_Paulo"),
        ("BR", "Amazonas", "", "America/Rio_Branco"),
        ("BR", "AM", "69005-010", "America/Manaus"),
        ("MX", "Chih.", "31000", "America/Chihuahua"),
        ("MX", "Chih.", "32000", "America/Ciudad_Juarez"),
        ("BR", "Pernambuco", "", "America/Recife"),
        ("BR", "", "", "America/Rio_Branco"),
        ("MX", "CDMX", "", "America/Mexico_City"),
        ("MX", "Ciudad de México", "", "America/Mexico_City"),
        ("MX", "B.C.", "", "America/Tijuana"),
        ("MX", "Q.R.", "", "America/Cancun"),
        ("RU", "Москва", "", "Europe/Moscow"),
        ("RU", "Vladivostok", "", "Europe/Kaliningrad"),
        ("RU", "Приморский край", "", "Asia/Vladivostok"),
        ("RU", "Kamchatskiy kray", "", "Asia/Kamchatka"),
        ("ID", "Bali", "", "Asia/Makassar"),
        ("ID", "DKI Jakarta", "", "Asia/Jakarta"),
        ("ID", "", "", "Asia/Jakarta"),
        ("CN", "新疆维吾尔自治区", "830000", "Asia/Shanghai"),
        ("CN", "", "", "Asia/Shanghai"),
        ("ES", "Las Palmas", "", "Atlantic/Canary"),
        ("ES", "Madrid", "", "Europe/Madrid"),
        ("ES", "", "28001", "Europe/Madrid"),
        ("ES", "", "35001", "Atlantic/Canary"),
        ("ES", "", "", "Atlantic/Canary"),
        ("PT", "", "1250-096", "Europe/Lisbon"),
        ("PT", "", "9500-150", "Atlantic/Azores"),
        ("PT", "", "", "Atlantic/Azores"),
        ("FR", "", "75001", "Europe/Paris"),
        ("FR", "", "97400", "Indian/Reunion"),
        ("FR", "La Réunion", "", "Indian/Reunion"),
        ("FR", "", "", "Europe/Paris"),
        ("RE", "", "97400", "Indian/Reunion"),
        ("CL", "Valparaíso", "", "Pacific/Easter"),
        ("CL", "Valparaíso", "2340000", "America/Santiago"),
        ("NZ", "", "1010", "Pacific/Auckland"),
        ("JP", "東京都", "160-0023", "Asia/Tokyo"),
        (" gb ", "", "SW1A 1AA", "Europe/London"),
        ("DE", "", "", "Europe/Berlin"),
        ("SJ", "", "", "Arctic/Longyearbyen"),
    ],
)
def test_an_address_is_on_the_latest_clock_that_it_may_be_on(
    country: str, region: str, postal_code: str, name: str
) -> None:
    assert zone(country, region, postal_code) == name


@pytest.mark.parametrize(
    ("address", "market", "name"),
    [
        (None, "US", "Pacific/Honolulu"),
        (None, "ca", "America/Vancouver"),
        (None, "JP", "Asia/Tokyo"),
        (None, "", "Pacific/Pago_Pago"),
        (None, "NA", "Africa/Windhoek"),
        (None, "Europe", "Pacific/Pago_Pago"),
        (there("", "HI"), "US", "Pacific/Honolulu"),
        (there("", "NY"), "US", "America/New_York"),
        (there("", "NY"), "", "Pacific/Pago_Pago"),
        (there("XX", "NY"), "US", "Pacific/Honolulu"),
        (there("CA", "ON"), "US", "America/Winnipeg"),
        (there("AQ"), "US", "Pacific/Honolulu"),
    ],
)
def test_where_the_address_tells_nothing_the_market_s_latest_clock_counts(
    address: Address | None, market: str, name: str
) -> None:
    assert zone_of(address, market).key == name


@pytest.mark.parametrize(("country", "region"), REGIONS)
def test_every_region_of_a_country_with_several_zones_has_one_by_each_of_its_names(
    country: str, region: str
) -> None:
    known = COUNTRIES[country]["regions"]
    for name in regions_of(country)[region]:
        lists = [zones.split() for zones, names in known.items() if folded(name) in names]
        assert len(lists) == 1, name
        assert zone_of(there(country, name), "XX").key == lists[0][0]


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_day_of_the_country_ends_later_than_that_of_its_latest_zone(country: str) -> None:
    latest = clock(zone_of(None, country).key)
    table = tomllib.loads(TABLE.read_text("utf-8")).get(country, {})
    reasons = {**table.get("nobody", {}), **({"Asia/Urumqi": "law"} if "law" in table else {})}
    for name in zones_by_country()[country]:
        if name not in reasons:
            assert all(mine <= theirs for mine, theirs in zip(latest, clock(name), strict=True))


@pytest.mark.parametrize("country", [code for code in COUNTRIES if regions_of(code)])
def test_a_country_with_several_clocks_has_them_by_its_regions(country: str) -> None:
    table = tomllib.loads(TABLE.read_text("utf-8")).get(country, {})
    if "law" not in table and len({*map(clock, zones_by_country()[country])}) > 1:
        assert COUNTRIES[country]["regions"]


def test_zones_of_which_now_one_and_now_the_other_is_behind_are_refused() -> None:
    # Equal in the south's winter, and behind in its summer: Brisbane's day ends last.
    assert latest_first(["Australia/Melbourne", "Australia/Brisbane"])[0] == "Australia/Brisbane"
    with pytest.raises(ZonesError, match="no zone's day ends last"):
        latest_first(["America/Halifax", "America/Santiago"])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Hawai\N{MODIFIER LETTER TURNED COMMA}i", "hawaii"),
        ("  hawai'i ", "hawaii"),
        ("QUÉBEC", "quebec"),
        ("N.S.W.", "nsw"),
        ("Québec", "quebec"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER H}i", "hi"),
        ("Камчатский край", folded("КАМЧАТСКИЙ КРАЙ")),
        ("東京都", "東京都"),
        ("", ""),
    ],
)
def test_a_region_has_one_spelling(written: str, name: str) -> None:
    assert folded(written) == name


@given(
    parts=st.lists(st.text(max_size=12), min_size=3, max_size=3),
    country=st.sampled_from([*COUNTRIES, "", "QQ"]),
    market=st.one_of(st.sampled_from(["US", "CN", "EU", ""]), st.text(max_size=4)),
)
def test_no_address_breaks(parts: list[str], country: str, market: str) -> None:
    region, postal_code, city = parts
    address = Address("", "", city, region, postal_code, country)
    assert zone_of(address, market).key in set(every_zone())


@pytest.mark.parametrize("country", COUNTRIES)
def test_patterns_of_postal_codes_can_be_read(country: str) -> None:
    for patterns in ("postal", "finer"):
        for pattern in COUNTRIES[country].get(patterns, {}).values():
            assert re.compile(pattern)
