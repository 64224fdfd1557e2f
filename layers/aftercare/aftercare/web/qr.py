"""Draws up to 16 digits as a QR code, as the path of an inline SVG (ISO/IEC 18004).

Always the smallest symbol, version 1, in numeric mode at level H: a third of it may be unreadable.
"""

from collections.abc import Iterator, Sequence
from itertools import batched

SIZE = 21
QUIET = 4
_DATA, _CHECK = 9, 17
# So many bits are one, two and three digits (§7.4.3).
_BITS = {1: 4, 2: 7, 3: 10}
_NUMERIC, _PADS = 0b0001, (0b11101100, 0b00010001)
_FIELD = 0x11D  # GF(256), §7.5.2
# Level H with the mask "row + column is even", protected and masked as §7.9 says.
_FORMAT, _FORMAT_GENERATOR, _FORMAT_MASK = 0b10_000, 0x537, 0x5412
_FINDER, _TIMING = 7, 6

# Row and column → whether it is dark.
type Modules = dict[tuple[int, int], bool]


def path_of(digits: str) -> str:
    """The dark modules, one unit wide and high each, as an SVG path; the first one starts at 0."""
    dark = modules_of(digits)
    return "".join(
        f"M{column} {row}h1v1h-1z"
        for row in range(SIZE)
        for column in range(SIZE)
        if dark[row, column]
    )


def modules_of(digits: str) -> Modules:
    """All modules of the symbol, without the quiet zone."""
    modules = _patterns()
    for place, bit in zip(_places(modules), _bits(_codewords(digits)), strict=True):
        row, column = place
        modules[place] = bit ^ ((row + column) % 2 == 0)
    return modules


def _codewords(digits: str) -> list[int]:
    """Mode, length, three digits in ten bits each, a terminator, and what fills it up."""
    groups = ("".join(each) for each in batched(digits, 3, strict=False))
    bits = "".join(f"{int(group):0{_BITS[len(group)]}b}" for group in groups)
    stream = f"{_NUMERIC:04b}{len(digits):010b}{bits}0000"
    stream += "0" * (-len(stream) % 8)
    data = [int(stream[at : at + 8], 2) for at in range(0, len(stream), 8)]
    data += [_PADS[place % 2] for place in range(_DATA - len(data))]
    return data + _remainder(data)


def _remainder(data: Sequence[int]) -> list[int]:
    """The Reed-Solomon codewords of the data."""
    generator, root = [1], 1
    for _ in range(_CHECK):
        generator = [
            high ^ _times(low, root)
            for high, low in zip([*generator, 0], [0, *generator], strict=True)
        ]
        root = _times(root, 2)
    left = [*data, *[0] * _CHECK]
    for place in range(len(data)):
        factor = left[place]
        for behind, each in enumerate(generator):
            left[place + behind] ^= _times(each, factor)
    return left[len(data) :]


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one, other = one << 1, other >> 1
        if one >> 8:
            one ^= _FIELD
    return product


def _bits(codewords: Sequence[int]) -> Iterator[bool]:
    return (bool(each >> place & 1) for each in codewords for place in range(7, -1, -1))


def _patterns() -> Modules:
    """What is the same in every symbol of this version, level and mask."""
    modules: Modules = {}
    for top, left in ((0, 0), (0, SIZE - _FINDER), (SIZE - _FINDER, 0)):
        modules |= _finder(top, left)
    for place in range(_FINDER + 1, SIZE - _FINDER - 1):
        modules[_TIMING, place] = modules[place, _TIMING] = place % 2 == 0
    return modules | _format()


def _finder(top: int, left: int) -> Modules:
    """A finder with the light modules around it that lie in the symbol."""
    found = {}
    for down in range(-1, _FINDER + 1):
        for right in range(-1, _FINDER + 1):
            row, column = top + down, left + right
            if 0 <= row < SIZE and 0 <= column < SIZE:
                ring = max(abs(down - 3), abs(right - 3))
                found[row, column] = ring not in {2, 4}
    return found


def _format() -> Modules:
    """Level and mask, twice, and the module that is always dark."""
    left = _FORMAT << 10
    for place in range(14, 9, -1):
        if left >> place & 1:
            left ^= _FORMAT_GENERATOR << place - 10
    bits = (_FORMAT << 10 | left) ^ _FORMAT_MASK
    found: Modules = {(SIZE - 8, 8): True}
    along = [0, 1, 2, 3, 4, 5, 7, 8]
    for place in range(15):
        bit = bool(bits >> place & 1)
        if place < len(along):
            found[along[place], 8] = bit
            found[8, SIZE - 1 - place] = bit
        else:
            found[8, along[14 - place]] = bit
            found[SIZE - 15 + place, 8] = bit
    return found


def _places(taken: Modules) -> list[tuple[int, int]]:
    """Where the bits go: two columns at a time from the right, up and down by turns."""
    places, up = [], True
    for right in (20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        rows = range(SIZE - 1, -1, -1) if up else range(SIZE)
        places += [
            (row, column)
            for row in rows
            for column in (right, right - 1)
            if (row, column) not in taken
        ]
        up = not up
    return places
