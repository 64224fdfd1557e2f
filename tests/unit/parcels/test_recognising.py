"""Whose tracking number it is: of every carrier, however it was typed, and why (R-PCL-02)."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.parcels.carriers import carrier_named, carriers, posts
from aftercare.parcels.recognising import Evidence, recognise
from infra.operator.carrier import told
from tests.fakes.tracking_numbers import NUMBERS, drawn, gs1

SEED = 20_261_128
# Each sign as an East Asian keyboard writes it.
WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in "1Z999AA10123456784")
# FAQ §10, with the examples that it prints.
OF_THE_FAQ = {
    "YT123456789": "yunexpress",
    "4PX123456789": "4px",
    "SF123456789": "sf_express",
    "1Z123456789": "ups",
    "420123456789": "usps",
    "DHL123456789": "dhl_express",
    "GF123456789": "gofo",
    "UU123456789": "uniuni",
    "CNUS123456789": "cainiao",
    "SPX123456789": "speedx",
}
# Numbers that carriers' own pages and specifications show.
PUBLISHED = {
    "1Z999AA10123456784": "ups",
    "9400111206206406260787": "usps",
    "9205590164917312751089": "usps",
    "9611020987654312345672": "fedex",
    "041441760228964": "fedex",
    "7035114477138472": "canada_post",
    "4002847016405018": "canada_post",
    "RB123456785US": "usps",
    "RB123456785GB": "royal_mail",
    "RB123456785JP": "japan_post",
    "RB123456785CN": "china_post",
    "RB123456785FR": "la_poste",
    "13112383852": "japan_post",
}


def code_of(text: str) -> str:
    carrier = recognise(text).carrier
    return carrier.code if carrier else ""


@pytest.mark.parametrize("number", OF_THE_FAQ)
def test_every_example_of_the_faq_is_recognised(number: str) -> None:
    assert code_of(number) == OF_THE_FAQ[number]
    assert recognise(number).candidates[0].evidence is Evidence.PREFIX


@pytest.mark.parametrize("number", PUBLISHED)
def test_numbers_that_carriers_publish_are_recognised_by_their_check_digit(number: str) -> None:
    assert code_of(number) == PUBLISHED[number]
    assert recognise(number).candidates[0].evidence is Evidence.CHECK_DIGIT


def test_the_first_guess_is_right_for_99_of_100_numbers() -> None:
    numbers = drawn(SEED, 6_800)
    wrong = Counter(code for code, number in numbers if code_of(number) != code)
    assert wrong.total() / len(numbers) <= 0.01, (SEED, wrong)


@pytest.mark.parametrize("code", NUMBERS)
def test_no_carrier_is_left_behind(code: str) -> None:
    numbers = [number for of, number in drawn(SEED + 1, 3_400) if of == code]
    right = sum(code_of(number) == code for number in numbers)
    assert right / len(numbers) >= 0.93, SEED + 1


def test_the_right_carrier_is_among_the_candidates_even_where_it_is_not_the_first() -> None:
    for code, number in drawn(SEED + 2, 3_400):
        assert code in {each.carrier.code for each in recognise(number).candidates}, number


@pytest.mark.parametrize(
    "typed",
    [
        "1z 999 aa1 01 2345 6784",
        "1Z-999-AA1-01-2345-6784",
        WIDE,
        "Tracking number: 1Z 999 AA1 01 2345 6784 (UPS)",
        "TRACKING #: 1Z 999 AA1 01 2345 6784\nSHIP TO: MEI LIN",
        "https://www.ups.com/track?tracknum=1Z999AA10123456784&requester=ST",
        "1Z999AA10123456784\u200b",
        "Your order PM-2026-10001 left us today: 1Z999AA10123456784.",
    ],
)
def test_a_number_is_read_however_it_was_typed_pasted_or_scanned(typed: str) -> None:
    found = recognise(typed)
    assert (found.number, code_of(typed)) == ("1Z999AA10123456784", "ups")


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(drawn(SEED + 3, 340)), st.integers(1, 4), st.sampled_from(" -"))
def test_groups_change_nothing(drawn_one: tuple[str, str], size: int, between: str) -> None:
    number = drawn_one[1]
    groups = [number[start : start + size] for start in range(0, len(number), size)]
    assert recognise(between.join(groups)) == recognise(number)


@pytest.mark.parametrize("number", ["574085461930", "044139406530"])
@pytest.mark.parametrize("size", [1, 2])
def test_a_number_that_is_typed_digit_by_digit_is_read_whole(number: str, size: int) -> None:
    groups = (number[start : start + size] for start in range(0, len(number), size))
    assert recognise(" ".join(groups)).number == number


def test_a_scanned_routing_code_is_part_of_the_number() -> None:
    assert recognise("(420) 11213 (92) 6129098349792366623 8").number == (
        "420112139261290983497923666238"
    )


@pytest.mark.parametrize("text", ["", "hello", "PM-2026-10001", "R-7K4M-2P9D-X", "12345", "🎁"])
def test_what_is_no_tracking_number_has_no_carrier(text: str) -> None:
    assert recognise(text) == ("", ())


@pytest.mark.parametrize("order", ["T-00002139-17244739", "POP-7035114477138472", "B-790535312317"])
def test_the_digits_of_an_order_number_are_no_tracking_number(order: str) -> None:
    """Who typed it would read that a carrier knows a parcel which has not left yet."""
    assert recognise(order) == ("", ())
    assert recognise(f"Your order {order} left us: 1Z999AA10123456784").number.startswith("1Z")


@pytest.mark.parametrize("text", ["UPS-1Z999AA10123456784", "sf-123456789", "DHL-1234567890"])
def test_a_carriers_name_or_beginning_may_lead_its_number(text: str) -> None:
    assert recognise(text).candidates


def test_a_check_digit_that_does_not_fit_is_a_typo_and_never_beats_one_that_does() -> None:
    (only,) = recognise("1Z999AA10123456785").candidates
    assert (only.carrier.code, only.evidence, only.is_mistyped) == ("ups", "prefix", True)
    assert not any(each.is_mistyped for each in recognise("790535312317").candidates)


def test_an_ambiguous_number_names_all_candidates_and_why() -> None:
    found = recognise("420112139261290983497923666238")
    assert found.is_ambiguous
    assert list(told(found)) == [
        "USPS",
        "  420112139261290983497923666238: its check digit fits",
        "  https://tools.usps.com/go/TrackConfirmAction?tLabels=420112139261290983497923666238",
        "As likely:",
        "  DHL eCommerce: its check digit fits",
    ]


def test_the_carrier_that_the_text_names_comes_first() -> None:
    number = "444003079772"
    assert code_of(number) == "sf_express"
    assert code_of(f"FedEx {number}") == "fedex"
    assert code_of(f"日本郵便 {number}") == "japan_post"


def test_a_post_without_an_entry_is_named_by_its_country() -> None:
    assert [recognise(f"RB123456785{country}").carrier for country in ("NL", "CV", "XX")] == [
        posts()["NL"],
        posts()["CV"],
        None,
    ]


def test_the_shop_writes_carriers_as_it_likes() -> None:
    written = ("UPS", "ups", "Usps", "SF Express", "sf-express", "SPDEX", "DHL", "yun express")
    found = [carrier_named(name) for name in written]
    assert [carrier.code if carrier else "" for carrier in found] == [
        "ups",
        "ups",
        "usps",
        "sf_express",
        "sf_express",
        "speedx",
        "dhl_express",
        "yunexpress",
    ]
    assert carrier_named("The stork") is None


def test_every_carrier_says_where_it_is_asked_and_where_we_know_that_from() -> None:
    for carrier in (*carriers(), *posts().values()):
        assert carrier.source
        for address in filter(None, (carrier.site, carrier.tracking, carrier.chat, carrier.form)):
            assert address.startswith("https://"), carrier.code
        assert not carrier.phone or re.fullmatch(r"\+?[0-9-]+", carrier.phone)


def test_a_number_takes_at_most_30_microseconds() -> None:
    numbers = [number for _, number in drawn(SEED, 680)]
    for number in numbers:
        recognise(number)
    times = []
    for _ in range(15):
        start = time.process_time()
        for number in numbers:
            recognise(number)
        times.append((time.process_time() - start) / len(numbers))
    assert min(times) <= 30e-6


def test_long_texts_take_no_long_time() -> None:
    start = time.process_time()
    recognise(gs1("1") * 400 + " 12 AB" * 400)
    recognise("1 " * 1_000)
    assert time.process_time() - start < 2
