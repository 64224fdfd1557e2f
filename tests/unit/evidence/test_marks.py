"""Marks on a photo: what is one, how many there may be, and what they are called in words."""

import pytest

from aftercare.evidence.errors import MarkInvalidError, SerialInvalidError, TooManyMarksError
from aftercare.evidence.marks import Area, area_of, marked, unmarked, with_serial
from aftercare.evidence.model import MARK_SCALE, MOST_MARKS, Evidence, Mark
from tests.fakes.orders import NOON

SLOT = Evidence("ret_1", "evd_1", "image/jpeg", NOON)
CRACK = Mark(2500, 9000, "A crack in the base")


def test_a_mark_is_there_once_however_often_it_is_set() -> None:
    once = marked(SLOT, CRACK)
    assert once.marks == (CRACK,)
    assert marked(once, CRACK) is once
    assert unmarked(once, CRACK) == SLOT
    assert unmarked(SLOT, CRACK) == SLOT


def test_two_flaws_at_one_place_are_two_marks() -> None:
    both = marked(marked(SLOT, CRACK), CRACK._replace(text="Glue"))
    assert [mark.text for mark in both.marks] == ["A crack in the base", "Glue"]


def test_a_marks_text_is_one_line_without_control_characters() -> None:
    said = " A\ncrack\x00 in\u2028the \u202ebase "
    assert marked(SLOT, CRACK._replace(text=said)).marks[0].text == "A crack in the base"


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        (CRACK._replace(text=" \n "), "text"),
        (CRACK._replace(text="x" * 201), "long"),
        (CRACK._replace(x=-1), "place"),
        (CRACK._replace(y=MARK_SCALE + 1), "place"),
    ],
)
def test_what_is_no_mark_says_why(mark: Mark, why: str) -> None:
    with pytest.raises(MarkInvalidError) as error:
        marked(SLOT, mark)
    assert error.value.code == "mark_invalid"
    assert (error.value.facts.get("why") or error.value.facts["field"]) == why


def test_a_photo_takes_twelve_marks_and_no_more() -> None:
    slot = SLOT
    for place in range(MOST_MARKS):
        slot = marked(slot, CRACK._replace(x=place))
    with pytest.raises(TooManyMarksError):
        marked(slot, CRACK)
    assert marked(slot, CRACK._replace(x=3)) is slot  # it is there already


def test_each_area_has_its_own_middle_in_it() -> None:
    assert [area_of(Mark(*area.centre, "x")) for area in Area] == [*Area]
    assert Area.MIDDLE.centre == (5000, 5000)


@pytest.mark.parametrize(
    ("x", "y", "area"),
    [
        (0, 0, Area.TOP_LEFT),
        (MARK_SCALE, MARK_SCALE, Area.BOTTOM_RIGHT),
        (3333, 3334, Area.LEFT),
        (5000, 0, Area.TOP),
    ],
)
def test_a_mark_is_named_by_its_area(x: int, y: int, area: Area) -> None:
    assert area_of(Mark(x, y, "x")) is area


def test_a_typed_code_may_be_typed_again_and_one_that_was_read_stays() -> None:
    typed = with_serial(SLOT, " 7k4m-2p9d ")
    assert (typed.serial, typed.serial_typed) == ("7K4M-2P9D", True)
    assert with_serial(typed, "xw3r").serial == "XW3R"
    read = Evidence("ret_1", "evd_1", "image/jpeg", NOON, serial="7K4M2P9DXW3RB6TN")
    assert with_serial(read, "another") is read


@pytest.mark.parametrize("text", ["", " \n", "x" * 65])
def test_what_no_label_has_is_no_code(text: str) -> None:
    with pytest.raises(SerialInvalidError):
        with_serial(SLOT, text)
