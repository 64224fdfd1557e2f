"""What the papers of a parcel are made of: captions in one or two languages, fields, tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from aftercare.labels import lettering
from aftercare.labels.drawing import Box, pages, write
from aftercare.labels.model import LabelFormat, paper_of
from aftercare.words.formats import digits_of
from aftercare.words.model import ENGLISH, language_of
from aftercare.words.service import Words, words

MARGIN = 36.0
_CAPTION = 9.0
_PADDING = 4.0
_HEADING = 26.0
_JOINT = " / "


class Captions:
    """Captions in one language or two, of which the first is how numbers and days are written."""

    def __init__(self, *languages: str) -> None:
        known = dict.fromkeys(language_of(each) for each in languages if each)
        self._words: list[Words] = [words(each, typeset=True) for each in known]

    @property
    def first(self) -> Words:
        return self._words[0]

    def text(self, key: str, **facts: object) -> str:
        """The caption in each language; once, if they are the same."""
        texts = (each.text(key, **facts) for each in self._words)
        return _JOINT.join(dict.fromkeys(texts))


class Column(NamedTuple):
    """One column of a table: its caption, and its part of the width."""

    caption: str
    part: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to write on, from the top."""

    canvas: Canvas
    width: float
    height: float

    @property
    def wide(self) -> float:
        return self.width - 2 * MARGIN

    @property
    def top(self) -> float:
        return self.height - MARGIN

    def title(self, title: str, notes: Sequence[str]) -> float:
        """The paper's name, and notes on its right; gives where the page goes on."""
        half = self.wide * 0.62
        left = Box(MARGIN, self.top - 40, half - 8, 36)
        write(self.canvas, [title], left, (20, 9), lettering.BOLD)
        right = Box(MARGIN + half, self.top - 40, self.wide - half, 36)
        write(self.canvas, notes, right, (10, 5))
        return self.top - 46

    def field(
        self, caption: str, texts: Sequence[str], box: Box, sizes: tuple[float, float] = (11, 5)
    ) -> None:
        """A frame with its caption above its texts."""
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(box.left, box.bottom, box.width, box.height)
        wide = box.width - 2 * _PADDING
        above = Box(box.left + _PADDING, box.bottom + box.height - _CAPTION - 2, wide, _CAPTION)
        write(self.canvas, [caption], above, (7, 4))
        below = Box(box.left + _PADDING, box.bottom + 2, wide, box.height - _CAPTION - 5)
        if texts:
            write(self.canvas, texts, below, sizes)

    def fields(
        self, top: float, height: float, named: Sequence[tuple[str, Sequence[str]]]
    ) -> float:
        """Fields of one height side by side; gives where the page goes on."""
        wide = self.wide / len(named)
        for place, (caption, texts) in enumerate(named):
            self.field(
                caption, texts, Box(MARGIN + place * wide, top - height, wide, height), (10, 5)
            )
        return top - height

    def table(
        self, top: float, columns: Sequence[Column], rows: Sequence[Sequence[str]], height: float
    ) -> float:
        """Captions, then rows of that height; gives where the page goes on."""
        self._row(top, columns, [each.caption for each in columns], _HEADING)
        top -= _HEADING
        for row in rows:
            self._row(top, columns, row, height)
            top -= height
        return top

    def text(self, top: float, height: float, texts: Sequence[str]) -> float:
        """Sentences across the page; gives where it goes on."""
        write(self.canvas, texts, Box(MARGIN, top - height, self.wide, height - 4), (9, 5))
        return top - height

    def caption(self, text: str, box: Box) -> None:
        """A few words beside something."""
        write(self.canvas, [text], box, (9, 4))

    def _row(
        self, top: float, columns: Sequence[Column], texts: Sequence[str], height: float
    ) -> None:
        left = MARGIN
        self.canvas.setLineWidth(0.5)
        for column, text in zip(columns, texts, strict=True):
            wide = self.wide * column.part
            self.canvas.rect(left, top - height, wide, height)
            box = Box(left + 3, top - height + 2, wide - 6, height - 4)
            if text:
                write(self.canvas, text.split("\n"), box, (9 if height > _HEADING else 8, 4))
            left += wide


def printed(title: str, country: str, fills: Sequence[Callable[[Sheet], None]]) -> bytes:
    """A PDF of these pages on the paper of that country; the same content gives the same bytes."""
    width, height = LETTER if paper_of(country) is LabelFormat.LETTER else A4

    def on_a_sheet(fill: Callable[[Sheet], None]) -> Callable[[Canvas], None]:
        return lambda canvas: fill(Sheet(canvas, width, height))

    return pages(title, (width, height), [on_a_sheet(fill) for fill in fills])


def parts_of[Row](rows: Sequence[Row], most: int) -> list[Sequence[Row]]:
    """The rows of each page; one page without any if there are none."""
    return [rows[start : start + most] for start in range(0, len(rows), most)] or [rows]


def amount(value: int | None, currency: str) -> str:
    """An amount without its currency, as in 1,234.50; empty, to be filled in, if unknown."""
    known = words(ENGLISH, typeset=True)
    return "" if value is None else known.decimal(value, digits_of(currency))


def kilograms(grams: int) -> str:
    return words(ENGLISH, typeset=True).decimal(grams, 3)
