"""How far a code would have had to travel between two checks, at the least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.authenticity.geography import is_country, kilometres

COUNTRIES = st.sampled_from(
    ["AR", "AU", "BR", "CA", "CN", "DE", "FJ", "FR", "GB", "HK", "IN", "JP", "KI", "RU", "US", "ZA"]
)
HALF_THE_EARTHS_CIRCUMFERENCE = 20_016


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("FR", "JP", 9_712),  # Paris, Tokyo
        ("FR", "GB", 344),  # Paris, London
        ("HK", "SG", 2_587),  # north of the equator, both east
        ("ZA", "AR", 8_035),  # Johannesburg, Ushuaia: south of it, one west
        ("US", "CA", 271),  # Detroit is nearer to Toronto than New York is
        ("FJ", "WS", 1_156),  # across the date line
        ("CN", "US", 5_443),  # Urumqi, Adak
    ],
)
def test_distances_are_those_of_an_atlas(one: str, other: str, distance: int) -> None:
    found = kilometres(one, other)
    assert found
    assert found == pytest.approx(distance, rel=0.01)


@given(COUNTRIES, COUNTRIES)
def test_there_is_as_far_as_back_and_no_further_than_around_the_world(one: str, other: str) -> None:
    found = kilometres(one, other)
    assert found == kilometres(other, one)
    assert found is not None
    assert (found == 0) is (one == other)
    assert found <= HALF_THE_EARTHS_CIRCUMFERENCE


@pytest.mark.parametrize(
    "text", ["", "XX", "ZZ", "T1", "XK", "us", "USA", "U", "#", "America", "\t"]
)
def test_what_is_no_country_is_nowhere(text: str) -> None:
    assert not is_country(text)
    assert kilometres(text, "US") is None
    assert kilometres("US", text) is None
    assert kilometres(text, text) is None


def test_every_country_that_people_live_in_is_known() -> None:
    letters = [chr(point) for point in range(ord("A"), ord("Z") + 1)]
    known = [f"{one}{other}" for one in letters for other in letters if is_country(f"{one}{other}")]
    assert len(known) >= 245
    assert {"US", "CN", "HK", "MO", "TW", "JP", "KR", "SG", "TH", "FR", "GB", "AU"} <= set(known)
