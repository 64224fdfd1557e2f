"""The sixteen symbols that people read, type and paste: bits to symbols, and back."""

from string import ascii_lowercase, ascii_uppercase

from aftercare.kernel.ids import CROCKFORD

SYMBOLS = 16

_PAIRS = [first + second for first in CROCKFORD for second in CROCKFORD]
_VALUES = bytes.maketrans(CROCKFORD.encode(), bytes(range(32)))
_PYTHON_DIGITS = str.maketrans(CROCKFORD, "0123456789abcdefghijklmnopqrstuv")

# Multiplication by a root of the primitive x⁵ + x² + 1 over GF(2). Its powers up to the 30th all
# differ, so as weights of the symbols they detect every single error, every swap of two symbols and
# every pair of equal symbols that became another pair, wherever they stand.
_TIMES_ALPHA = bytes(value << 1 ^ (0b100101 if value & 16 else 0) for value in range(32))

# More than 16 symbols with all the spaces, dashes and invisible marks that are pasted with them.
_MOST_TYPED = 128
_FOLD = str.maketrans(
    dict(zip(ascii_lowercase, ascii_uppercase, strict=True))
    | dict.fromkeys("Oo", "0")
    | dict.fromkeys("IiLl", "1")
    | dict.fromkeys(["-", *filter(str.isspace, map(chr, range(128)))])
)


def folded(text: str) -> str:
    """The symbols in what people wrote: case, spaces and dashes of any kind don't matter.

    O is read as 0, I and L as 1. Neither their number nor the symbols are checked.
    """
    if len(text) > _MOST_TYPED:
        return text
    if not text.isascii():
        from aftercare.kernel.typed import folded as plain  # noqa: PLC0415 - most are ASCII

        text = plain(text)
    return text.translate(_FOLD)


def spelled(bits: int, symbols: int) -> str:
    """The bits as that many symbols."""
    pairs = range(5 * (symbols + symbols % 2) - 10, -1, -10)
    return "".join([_PAIRS[bits >> low & 1023] for low in pairs])[-symbols:]


def bits_of(symbols: str) -> int:
    """The bits that `spelled` made into these symbols."""
    return int(symbols.translate(_PYTHON_DIGITS), 32)


def sealed(bits: int, kind: str = "", symbols: int = SYMBOLS) -> str:
    """75 bits as 15 symbols, and one that checks them and the kind that stands before them.

    Likewise for another even number of symbols, up to 30.
    """
    spelt = spelled(bits << 5, symbols)
    return spelt[:-1] + CROCKFORD[_remainder(kind + spelt)]


def is_sealed(symbols: str, kind: str = "") -> bool:
    """Whether the last of the symbols is the one that `sealed` would put there."""
    return _remainder(kind + symbols) == 0


def unsealed(symbols: str) -> int:
    """The bits in sealed symbols."""
    return bits_of(symbols) >> 5


def _remainder(symbols: str) -> int:
    rest = 0
    for value in symbols.encode().translate(_VALUES):
        rest = _TIMES_ALPHA[rest] ^ value
    return rest
