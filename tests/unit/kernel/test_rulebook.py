"""A rule book: which version is in force on a day, which books are refused."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from aftercare.kernel.rulebook import Count, Day, RuleBook, RulesInvalidError, read

FIRST = date(2025, 1, 6)


@dataclass(frozen=True)
class Version:
    version: str
    valid_from: date


class Document(Struct, forbid_unknown_fields=True):
    valid_from: Day
    days: Count


def versions(*days: date) -> list[Version]:
    return [Version(str(day), day) for day in days]


@given(
    st.lists(st.dates(), min_size=1, max_size=6, unique=True),
    st.dates(min_value=date(2, 1, 1)),
)
def test_the_version_in_force_is_the_newest_that_has_begun(days: list[date], day: date) -> None:
    begun = [each for each in days if each <= day]
    in_force = RuleBook(versions(*days)).on(day)
    assert (in_force and in_force.valid_from) == (max(begun) if begun else None)


def test_a_version_is_found_by_its_name_in_force_or_not() -> None:
    book = RuleBook(versions(FIRST, FIRST + timedelta(days=1)))
    assert book.version("2025-01-07").valid_from == date(2025, 1, 7)
    with pytest.raises(LookupError, match="2025-01-08"):
        book.version("2025-01-08")


def test_a_book_without_versions_or_with_two_of_one_day_or_name_is_refused() -> None:
    with pytest.raises(ValueError, match="a day of its own"):
        RuleBook[Version]([])
    with pytest.raises(ValueError, match="a day of its own"):
        RuleBook([Version("1", FIRST), Version("2", FIRST)])
    with pytest.raises(ValueError, match="a name of its own"):
        RuleBook([Version("1", FIRST), Version("1", FIRST + timedelta(days=1))])


@pytest.mark.parametrize("day", ["2025-01-06", '"2025-01-06"'])
def test_a_day_is_a_toml_date_or_its_text(day: str) -> None:
    assert read(f"valid_from = {day}\ndays = 0", Document).valid_from == FIRST


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("days = 1", "valid_from is missing."),
        ("valid_from = 2025-01-06\ndays = -1", "days must be a whole number of at least 0."),
        ('valid_from = "soon"\ndays = 1', "valid_from must be a date, as in 2025-01-06."),
        ("valid_from = 2025-01-06\ndays = 1\nmore = 1", "no member 'more' in this document"),
    ],
)
def test_a_document_is_refused_by_the_name_of_its_field(text: str, complaint: str) -> None:
    with pytest.raises(RulesInvalidError, match=complaint):
        read(text, Document)
