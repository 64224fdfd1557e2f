"""Marks on a photo: where a flaw is, and what it is; and the code that a label's photo shows."""

from dataclasses import replace
from enum import StrEnum

from aftercare.evidence.errors import MarkInvalidError, SerialInvalidError, TooManyMarksError
from aftercare.evidence.model import MARK_SCALE, MOST_MARKS, Evidence, Mark

MOST_TEXT = 200
_MOST_SERIAL = 64
_THIRDS = 3


class Area(StrEnum):
    """One of nine areas of a picture, row by row: what a mark is called in words."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom_right"

    @property
    def centre(self) -> tuple[int, int]:
        """Its middle, as a mark's `x` and `y`."""
        row, column = divmod(_AREAS.index(self), _THIRDS)
        return _middle(column), _middle(row)


_AREAS = tuple(Area)


def area_of(mark: Mark) -> Area:
    """The area that a mark is in."""
    column, row = (min(at * _THIRDS // MARK_SCALE, _THIRDS - 1) for at in (mark.x, mark.y))
    return _AREAS[row * _THIRDS + column]


def _middle(third: int) -> int:
    return round((2 * third + 1) * MARK_SCALE / (2 * _THIRDS))


def marked(slot: Evidence, mark: Mark) -> Evidence:
    """The photo with that mark as well; with the same one already, it is unchanged.

    Raises:
        MarkInvalidError: It lies outside of the picture, or its text is empty or too long.
        TooManyMarksError: The photo has 12 others.
    """
    if not (0 <= mark.x <= MARK_SCALE and 0 <= mark.y <= MARK_SCALE):
        raise MarkInvalidError("Please choose a place in the picture.", field="place", why="place")
    checked = mark._replace(text=_line(mark.text))
    if not checked.text:
        raise MarkInvalidError("Please say what is wrong there.", field="text", why="text")
    if len(checked.text) > MOST_TEXT:
        raise MarkInvalidError("Please keep it shorter.", field="text", why="long", most=MOST_TEXT)
    if checked in slot.marks:
        return slot
    if len(slot.marks) >= MOST_MARKS:
        raise TooManyMarksError(f"A photo takes up to {MOST_MARKS} marks.", most=MOST_MARKS)
    return replace(slot, marks=(*slot.marks, checked))


def unmarked(slot: Evidence, mark: Mark) -> Evidence:
    """The photo without that mark."""
    return replace(slot, marks=tuple(each for each in slot.marks if each != mark))


def with_serial(slot: Evidence, text: str) -> Evidence:
    """The photo with the code that somebody typed from it; one that was read from it stays.

    Raises:
        SerialInvalidError: Nothing was typed, or more than any label has.
    """
    if slot.serial and not slot.serial_typed:
        return slot
    serial = _line(text).upper()
    if not serial or len(serial) > _MOST_SERIAL:
        raise SerialInvalidError("Please type the code as the label has it.", most=_MOST_SERIAL)
    return replace(slot, serial=serial, serial_typed=True)


def _line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
