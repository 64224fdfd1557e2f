"""Openings of a day, as documents write them."""

import pytest

from aftercare.calendars.hours.openings import Opening, opening, openings

HOUR, DAY = 3_600, 86_400
NO_OPENINGS = [
    *("9:00-18:00", "09:00", "24:00-06:00", "09:00-24:01", "09:60-10:00", "09:00-25:00"),
    *("09:00-09:00", "00:00-00:00", "24:00-24:00"),
]
OVERLAPS = [
    ["09:00-12:00", "11:00-13:00"],
    ["13:00-18:00", "09:00-12:00"],
    ["22:00-06:00", "23:00-24:00"],
]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("09:00-18:00", Opening(9 * HOUR, 18 * HOUR)),
        ("09:00:30-18:00:01", Opening(9 * HOUR + 30, 18 * HOUR + 1)),
        ("22:00-06:00", Opening(22 * HOUR, 30 * HOUR)),
        ("22:00-24:00", Opening(22 * HOUR, DAY)),
        ("22:00-00:00", Opening(22 * HOUR, DAY)),
        ("00:00-24:00", Opening(0, DAY)),
    ],
)
def test_an_opening_is_read_in_seconds_of_its_day(text: str, read: Opening) -> None:
    assert opening(text) == read


@pytest.mark.parametrize("text", NO_OPENINGS)
def test_what_is_no_opening_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        opening(text)


@pytest.mark.parametrize("texts", OVERLAPS, ids=str)
def test_openings_of_a_day_do_not_overlap(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        openings(texts)
