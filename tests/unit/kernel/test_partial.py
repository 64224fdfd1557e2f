"""What can be read of an object from outside is read; each other part says why it was not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

import pytest
from msgspec import Meta, Struct

from aftercare.kernel.partial import LOST, Fallback, read_partly
from aftercare.kernel.reading import FieldError, Moment, Text


class Shelf(Struct, frozen=True, kw_only=True):
    """A shelf: without a fallback, a part that can't be read is its default, or loses the shelf."""

    fallbacks: ClassVar[Mapping[str, Fallback]] = {
        "label": lambda part: part[:3] if isinstance(part, str) else "none",
        "height": lambda _: LOST,
    }

    place: Text
    label: Annotated[str, Meta(min_length=1, max_length=3)]
    height: int | None = None
    width: int | None = None
    full: bool = False
    seen_at: Moment | None = None

    def __post_init__(self) -> None:
        if self.width == 13:
            raise FieldError("width", "another width")


class Room(Struct, frozen=True, kw_only=True):
    """A room with shelves."""

    shelves: tuple[Shelf, ...] = ()


def shelf(**parts: Any) -> tuple[Shelf | None, list[tuple[str, str]]]:
    read, faults = read_partly({"place": "A", "label": "abc"} | parts, Shelf)
    return read, [(fault.path, fault.reason) for fault in faults]


def test_what_keeps_the_contract_has_no_faults() -> None:
    read, faults = shelf(height=2, seen_at="2026-06-10T19:00:00Z")
    assert isinstance(read, Shelf)
    assert isinstance(read.seen_at, datetime)
    assert (read.height, faults) == (2, [])


@pytest.mark.parametrize(("value", "width"), [(2.0, 2), (-3.0, -3), (1e3, 1000)])
def test_a_whole_number_is_read_in_any_notation(value: float, width: int) -> None:
    read, faults = shelf(width=value)
    assert read
    assert (read.width, faults) == (width, [])


def test_a_number_is_read_as_text_and_true_is_none() -> None:
    read, faults = shelf(place=7)
    assert read
    assert (read.place, faults) == ("7", [])
    assert shelf(place=True)[0] is None


@pytest.mark.parametrize("value", ["2", 1.5, float("inf"), float("nan"), True, [], {}])
def test_a_part_that_can_not_be_read_has_its_default_and_says_why(value: object) -> None:
    read, faults = shelf(width=value)
    assert read
    assert (read.width, faults) == (None, [("width", "width must be a whole number")])


def test_a_fallback_sees_the_part_as_it_is() -> None:
    read, faults = shelf(label="abcdef")
    assert read
    assert read.label == "abc"
    assert [path for path, _ in faults] == ["label"]
    read, faults = read_partly({"place": "A"}, Shelf)[0], []
    assert read
    assert read.label == "none"


def test_a_part_without_fallback_and_default_loses_its_object() -> None:
    assert shelf(place=[])[0] is None
    assert read_partly({"label": "a"}, Shelf) == (
        None,
        (("place", "place is missing", ""),),
    )


def test_a_fallback_may_lose_the_object() -> None:
    assert shelf(height="tall")[0] is None


def test_a_part_that_the_object_itself_refuses_is_as_if_it_were_missing() -> None:
    read, faults = shelf(width=13)
    assert read
    assert (read.width, faults) == (None, [("width", "width must be another width")])


def test_of_a_list_each_item_is_read_by_itself() -> None:
    good = {"place": "A", "label": "a"}
    room, faults = read_partly({"shelves": [good, 7, good | {"full": "yes"}, {}]}, Room)
    assert room
    assert [each.full for each in room.shelves] == [False, False]
    assert [fault.path for fault in faults] == [
        "shelves[1]",
        "shelves[2].full",
        "shelves[3].place",
    ]


@pytest.mark.parametrize("value", [None, 7, "shelf", []])
def test_what_is_no_object_is_nothing(value: object) -> None:
    read, [fault] = read_partly(value, Shelf)
    assert (read, fault.reason) == (None, "The event must be an object")


def test_only_the_beginning_of_a_part_is_kept() -> None:
    _, [fault] = read_partly({"place": "A", "label": "a", "full": "x" * 5000}, Shelf)
    assert fault.value == '"' + "x" * 99
