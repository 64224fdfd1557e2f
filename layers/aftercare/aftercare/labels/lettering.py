"""Sets any name or address in a box: finds glyphs for its script, wraps it, shrinks it."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

from anyascii import anyascii
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Helvetica"
BOLD = "Helvetica-Bold"
_CJK = "WenQuanYiMicroHei"  # Chinese, Japanese, Korean, Cyrillic, Greek, all of Latin
_THAI = "NotoSansThai"
_EMBEDDED = {
    _CJK: ("paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"),
    _THAI: ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
}
LEADING = 1.16  # the distance of two lines in letter sizes
_ELLIPSIS = "…"
_STEP = 0.5
_MOST_CHARACTERS = 400
_MOST_MARKS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive characters in one typeface."""

    text: str
    face: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines that fit: in which typeface, how large, and which lines."""

    face: str
    size: float
    lines: tuple[str, ...]


def legible(text: str) -> str:
    """The text on one line, with every character that no typeface here draws spelled in Latin.

    Arabic, Hebrew, Devanagari and the like need shaping that a PDF canvas does not do, and carriers
    outside their home sort by Latin script anyway: a transliteration is read, a box is not.
    """
    composed = unicodedata.normalize("NFC", text[:_MOST_CHARACTERS])
    return " ".join("".join(map(_drawable, composed)).split())


def runs(text: str, face: str = REGULAR) -> tuple[Run, ...]:
    """The text cut where the typeface must change: between words if possible, in a word if not."""
    pieces: list[Run] = []
    for i, word in enumerate(text.split(" ")):
        spaced = f" {word}" if i else word
        pieces += [Run(spaced, whole)] if (whole := _face_of(word, face)) else _mixed(spaced, face)
    return tuple(
        Run("".join(run.text for run in same), key)
        for key, same in groupby(pieces, key=lambda run: run.face)
    )


def width_of(text: str, size: float, face: str = REGULAR) -> float:
    """How wide the text is set, in points."""
    return sum(float(pdfmetrics.stringWidth(run.text, run.face, size)) for run in runs(text, face))


def fit(
    texts: Iterable[str],
    width: float,
    height: float,
    sizes: tuple[float, float],
    face: str = REGULAR,
) -> Setting:
    """Set the texts one under another in the largest size that fits the box, wrapping as needed.

    Below the smaller of `sizes` nothing shrinks: texts are then cut to two lines, or to one, with
    an ellipsis, so a boundless name can push neither the street nor the city off the label.
    """
    shown = [text for text in map(legible, texts) if text]
    face = _face_of("".join(shown), face) or face
    largest, smallest = sizes
    size = largest
    while size > smallest:
        lines = [line for text in shown for line in wrap(text, width, size, face)]
        if len(lines) * size * LEADING <= height:
            return Setting(face, size, tuple(lines))
        size -= _STEP
    room = int(height / (smallest * LEADING))
    wrapped = [wrap(text, width, smallest, face) for text in shown]
    return Setting(face, smallest, tuple(_cut(wrapped, room, width, smallest, face)))


def wrap(text: str, width: float, size: float, face: str = REGULAR) -> list[str]:
    """Break at spaces and between ideographs; a word wider than the line breaks anywhere."""
    lines = [""]
    for piece in _pieces(text, width, size, face):
        if width_of((lines[-1] + piece).rstrip(), size, face) <= width:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line.strip() for line in lines if line.strip()]


def _cut(
    wrapped: Sequence[list[str]], room: int, width: float, size: float, face: str
) -> Iterator[str]:
    most = next((n for n in (3, 2) if sum(min(len(w), n) for w in wrapped) <= room), 1)
    for lines in wrapped[:room]:
        yield from lines[: most - 1]
        if len(lines) > most:
            yield _shortened(lines[most - 1], width, size, face)
        else:
            yield from lines[most - 1 : most]


def _shortened(line: str, width: float, size: float, face: str) -> str:
    while line and width_of(line + _ELLIPSIS, size, face) > width:
        line = line[:-1]
    return line + _ELLIPSIS


def _pieces(text: str, width: float, size: float, face: str) -> Iterator[str]:
    for word in text.split(" "):
        clusters = list(_clusters(word))
        if width_of(word, size, face) <= width and not any(_is_wide(c) for c in word):
            yield f" {word}"
        else:
            yield f" {clusters[0]}"
            yield from clusters[1:]


def _clusters(word: str) -> Iterator[str]:
    cluster = ""
    for char in word:
        is_mark = unicodedata.category(char).startswith("M")
        if cluster and not (is_mark and len(cluster) <= _MOST_MARKS):
            yield cluster
            cluster = ""
        cluster += char
    yield cluster


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _drawable(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category.startswith("C"):
        return ""
    if _face_of(char):
        return char
    return "" if category.startswith("S") else anyascii(char)  # an emoji has no spelling


def _mixed(text: str, face: str) -> list[Run]:
    return [Run(char, _face_of(char, face) or face) for char in text]


def _face_of(text: str, preferred: str = REGULAR) -> str | None:
    if preferred in _EMBEDDED and _covers(preferred, text):
        return preferred
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return next((face for face in _EMBEDDED if _covers(face, text)), None)
    return REGULAR if preferred in _EMBEDDED else preferred


def _covers(face: str, text: str) -> bool:
    return _glyphs(face).issuperset(map(ord, text))


@cache
def _glyphs(face: str) -> frozenset[int]:
    package, path = _EMBEDDED[face]
    with as_file(files(package).joinpath(path)) as file:
        font = TTFont(face, str(file))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)
