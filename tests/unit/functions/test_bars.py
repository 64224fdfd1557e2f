"""The bars of My card, read back as a till's scanner reads them."""

import re

import pytest
import zxingcpp

from portal.points.bars import QUIET, path_of, width_of

BAR = re.compile(r"M(\d+) 0h(\d+)v1h-(\d+)z")
_SCALE, _HEIGHT = 2, 40


def read(digits: str) -> list[tuple[str, str]]:
    """What a reader finds in the drawing."""
    width = width_of(digits) + 2 * QUIET
    row = bytearray(b"\xff" * width)
    bars = [tuple(map(int, found)) for found in BAR.findall(path_of(digits))]
    assert BAR.sub("", path_of(digits)) == ""
    for left, bar, back in bars:
        assert bar == back
        row[QUIET + left : QUIET + left + bar] = bytes(bar)
    wide = b"".join(bytes([dot]) * _SCALE for dot in row)
    dots = memoryview(wide * _HEIGHT).cast("B", (_HEIGHT, width * _SCALE))
    found = zxingcpp.read_barcodes(dots)
    return [(code.symbology_identifier, code.text) for code in found]


@pytest.mark.parametrize("digits", ["0412000017123456789012345678", "0" * 28, "9" * 28, "4242"])
def test_bars_are_read_as_they_were_drawn(digits: str) -> None:
    assert read(digits) == [("]C0", digits)]


def test_every_pair_of_digits_is_drawn() -> None:
    pairs = [f"{value:02d}" for value in range(100)]
    for first in range(0, 100, 10):
        digits = "".join(pairs[first : first + 10])
        assert read(digits) == [("]C0", digits)]


def test_a_card_is_as_wide_as_17_symbols() -> None:
    # 14 pairs, start and check of 11 modules each, and the stop of 13.
    assert width_of("0" * 28) == 16 * 11 + 13
