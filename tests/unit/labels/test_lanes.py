"""What goes with a parcel across a border: by its lane, its value, and how it went out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftercare.kernel.address import Address
from aftercare.kernel.rulebook import RulesInvalidError, documents, read
from aftercare.labels.borders import FULLEST, Border, Way, border_of, crosses, place_of
from aftercare.labels.centres import return_centres
from aftercare.labels.consignment import Consignment, Outbound, ReturnedGoods
from aftercare.labels.lanes import Form, Lanes, lanes_on
from aftercare.words.model import LANGUAGES
from tests.fakes.template import ROOT

TODAY = date(2026, 11, 28)
DATA = lanes_on(TODAY)
SMALL = (Form.CN22, Form.PACKING_LIST)
COURIERS = (Form.INVOICE, Form.PACKING_LIST)


def at(country: str, postal_code: str = "") -> Address:
    return Address("Mei Tanaka", "1 Larkspur Avenue", "Town", "", postal_code, country)


def consignment(
    value: int | None = 8900,
    currency: str = "USD",
    *,
    units: int = 1,
    shipped_on: date | None = date(2026, 10, 1),
) -> Consignment:
    goods = ReturnedGoods("FIG-1", "Moon Hare", units, units, value)
    return Consignment("PM-1", currency, (goods,), (Outbound("UPS", "1Z9", shipped_on),))


def border(
    origin: Address, destination: Address, carrier: str = "", parcel: Consignment | None = None
) -> Border | None:
    way = Way(origin, destination, carrier, TODAY)
    return border_of(DATA, way, parcel or consignment())


def documents_of(
    origin: str, destination: str, carrier: str = "", parcel: Consignment | None = None
) -> tuple[Form, ...]:
    found = border(at(origin), at(destination), carrier, parcel)
    return found.documents if found else ()


# ---------------------------------------------------------------- where a border is


@pytest.mark.parametrize("market", return_centres())
def test_a_parcel_within_one_market_has_no_customs_papers(market: str) -> None:
    centre = return_centres()[market]
    has_border = market == "MO"  # whose parcels go to Hong Kong
    assert (border(at(market), centre) is not None) is has_border


def test_a_sender_without_a_country_is_taken_to_be_in_the_market() -> None:
    assert border(at(""), at("US")) is None


@pytest.mark.parametrize(
    ("country", "postal_code", "place", "has_border"),
    [
        ("ES", "28013", "ES", False),
        ("ES", "35001", "IC", True),
        ("ES", "38 005", "IC", True),
        ("es", "51001", "XC", True),
        ("FI", "22100", "AX", True),
        ("FR", "75001", "FR", False),
        ("FR", "97400", "RE", True),
        ("FR", "98000", "MC", False),
        ("DE", "78266", "DE-BUESINGEN", True),
        ("DE", "78267", "DE", False),
        ("IT", "23041", "IT-LIVIGNO", True),
        ("CH", "8001", "CH", True),
        ("GB", "BT1 5GS", "XI", False),
        ("GB", "SW1A 1AA", "GB", True),
        ("US", "09012", "US-MILITARY", True),
        ("US", "34002-1234", "US-MILITARY", True),
    ],
)
def test_a_part_of_a_country_may_be_another_place_than_the_union(
    country: str, postal_code: str, place: str, *, has_border: bool
) -> None:
    sender = at(country, postal_code)
    assert place_of(DATA, sender) == place
    assert (border(sender, at("NL")) is not None) is has_border


@pytest.mark.parametrize(
    ("postal_code", "has_border"),
    [("09012", True), ("34002", True), ("96201-5000", True), ("08901", False), ("96101", False)],
)
def test_what_comes_from_a_base_of_the_us_has_a_customs_form(
    postal_code: str, *, has_border: bool
) -> None:
    found = border(at("US", postal_code), at("US", "89502"), "USPS")
    assert (found.documents if found else ()) == (FULLEST if has_border else ())


@pytest.mark.parametrize(
    ("postal_code", "has_border"),
    [
        ("BT1 5GS", False),
        ("IM1 1AA", False),
        ("je2 3ab", True),
        ("GY1 1AA", True),
        ("M1 1AE", False),
    ],
)
def test_the_islands_are_not_all_in_the_united_kingdoms_customs_union(
    postal_code: str, *, has_border: bool
) -> None:
    assert (border(at("GB", postal_code), at("GB", "MK9 1AA")) is not None) is has_border


@pytest.mark.parametrize(
    ("postal_code", "has_border"),
    [("00901", False), ("00802", True), ("96910", True), ("96799", True), ("96701", False)],
)
def test_some_territories_of_the_united_states_are_outside_of_its_customs(
    postal_code: str, *, has_border: bool
) -> None:
    assert (border(at("US", postal_code), at("US", "89502")) is not None) is has_border


def test_a_border_is_the_same_in_both_directions() -> None:
    places = sorted({place for union in DATA.unions for place in union.members} | {"CA", "AX"})
    for one in places:
        assert not crosses(DATA, one, one)
        for other in places:
            assert crosses(DATA, one, other) is crosses(DATA, other, one)


# ---------------------------------------------------------------- documents


def test_a_post_has_a_declaration_and_a_courier_an_invoice() -> None:
    assert documents_of("MO", "HK", "HongkongPost", consignment(500_000, "HKD")) == FULLEST
    assert documents_of("MO", "HK", "DHLExpress", consignment(500_000, "HKD")) == COURIERS


@pytest.mark.parametrize(
    ("value", "currency", "units", "expected"),
    [
        (27_000, "GBP", 1, SMALL),
        (27_001, "GBP", 1, FULLEST),
        (52_000, "JPY", 5, SMALL),
        (52_001, "JPY", 1, FULLEST),
        (100, "GBP", 6, FULLEST),  # too heavy
        (100, "KWD", 1, FULLEST),  # of a currency without a limit
        (None, "GBP", 1, FULLEST),
        (100, "", 1, FULLEST),
    ],
)
def test_a_small_packet_needs_a_cn22_only(
    value: int | None, currency: str, units: int, expected: tuple[Form, ...]
) -> None:
    parcel = consignment(value, currency, units=units)
    assert documents_of("GB", "NL", "RoyalMail", parcel) == expected


@pytest.mark.parametrize(
    ("origin", "carrier"),
    [
        ("GB", ""),  # the customer chooses
        ("GB", "Aftercare Sample Post"),
        ("BR", "USPS"),  # a post's lane that nobody described
        ("ZZ", "Somebody"),
    ],
)
def test_what_nobody_described_has_every_document(origin: str, carrier: str) -> None:
    assert documents_of(origin, "NL", carrier, consignment(1, "EUR")) == FULLEST


def test_every_lane_of_a_post_has_all_documents_but_for_small_packets() -> None:
    for lane in DATA.lanes:
        assert set(lane.documents) <= set(FULLEST)
        assert Form.PACKING_LIST in lane.documents
        assert lane.documents in (FULLEST, COURIERS)


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("origin", "destination", "value", "currency", "code"),
    [
        ("US", "CA", 900_000, "USD", "NOEEI 30.36"),
        ("US", "GB", 250_000, "USD", "NOEEI 30.37(a)"),
        ("US", "GB", 250_001, "USD", ""),
        ("US", "GB", 100, "GBP", ""),  # the limit is in another currency
        ("CA", "US", 199_999, "CAD", "NDR"),
        ("CA", "US", 200_000, "CAD", ""),
        ("DE", "GB", 100_000, "EUR", "Art. 137 UCC-DA"),
        ("JP", "GB", 100, "JPY", ""),
    ],
)
def test_below_a_limit_the_papers_say_why_nothing_is_filed(
    origin: str, destination: str, value: int, currency: str, code: str
) -> None:
    found = border(at(origin), at(destination), "", consignment(value, currency))
    assert found
    assert found.export_code == code


def test_relief_is_named_for_goods_whose_export_is_known_and_not_too_old() -> None:
    def relief(shipped_on: date | None) -> str:
        found = border(at("CA"), at("US"), "", consignment(shipped_on=shipped_on))
        assert found
        return found.relief

    assert relief(TODAY - timedelta(days=1095)) == "HTSUS 9801.00.10"
    assert relief(TODAY - timedelta(days=1096)) == ""
    assert relief(None) == ""


def test_papers_are_also_in_the_language_of_where_they_go() -> None:
    spoken = {country: border(at("GB"), at(country)) for country in ("CN", "JP", "MX", "US")}
    found = {country: each.language for country, each in spoken.items() if each}
    assert found == {"CN": "zh-Hans", "JP": "ja", "MX": "es", "US": ""}
    assert {each.language for each in DATA.languages} <= LANGUAGES.keys()


# ---------------------------------------------------------------- the data


def test_every_table_names_its_source_and_no_place_that_does_not_exist() -> None:
    unions = {union.name for union in DATA.unions}
    members = {place for union in DATA.unions for place in union.members}
    territories = {place for each in DATA.territories for place in each.places}
    known = unions | members | territories | {*return_centres(), "*"}
    named = {place for lane in DATA.lanes for place in (*lane.origins, *lane.to)}
    named |= {place for each in DATA.exports for place in (*each.origins, *each.to)}
    named |= {place for relief in DATA.reliefs for place in relief.to}
    named |= {place for language in DATA.languages for place in language.to}
    assert named <= known
    assert not DATA.carriers.postal & DATA.carriers.commercial


def test_figures_are_toys_from_china_until_the_shop_says_otherwise() -> None:
    goods = DATA.goods
    assert (goods.hs_code, goods.origin, goods.contents) == ("9503.00", "CN", "returned_goods")
    assert DATA.copies == {Form.INVOICE: 3}


def test_a_limit_without_a_currency_is_refused() -> None:
    folder = ROOT / "layers/aftercare/aftercare/labels/lanes"
    [(_, text)] = documents(folder)
    broken = text.replace('currency = "CAD"\n', "")
    with pytest.raises(RulesInvalidError, match="an amount with its currency"):
        read(broken, Lanes)


def test_a_value_is_known_only_if_that_of_every_line_is() -> None:
    one, other = consignment(100), consignment(None)
    both = replace(one, goods=(*one.goods, *other.goods))
    assert (one.value, other.value, both.value, both.units) == (100, None, None, 2)
