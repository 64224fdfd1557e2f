"""Draws digits as Code 128's set C, two to a symbol, as the path of an inline SVG."""

# The widths of bar, space, bar … of the symbols 0 to 105, six each (ISO/IEC 15417, Table 1).
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132"
    "122231113222123122123221223211221132221231213212223112312131311222321122321221312212"
    "322112322211212123212321232121111323131123131321112313132113132311211313231113231311"
    "112133112331132131113123113321133121313121211331231131213113213311213131311123311321"
    "331121312113312311332111314111221411431111111224111422121124121421141122141221112214"
    "112412122114122411142112142211241211221114413111241112134111111242121142121241114212"
    "124112124211411212421112421211212141214121412121111143111341131141114113114311411113"
    "411311113141114131311141411131211412211214211232"
)
_PLACES = 6
_START_C, _STOP, _MODULUS = 105, "2331112", 103
# Nothing may be drawn so near to the first and the last bar (ISO/IEC 15417 §4.3).
QUIET = 10


def path_of(digits: str) -> str:
    """The bars, one module wide and high each unit, as an SVG path; the first one starts at 0."""
    drawn, left = [], 0
    for place, width in enumerate(map(int, _widths(digits))):
        if place % 2 == 0:
            drawn.append(f"M{left} 0h{width}v1h-{width}z")
        left += width
    return "".join(drawn)


def width_of(digits: str) -> int:
    """How many modules the bars take, without the quiet zones."""
    return sum(map(int, _widths(digits)))


def _widths(digits: str) -> str:
    values = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    weighed = sum(place * value for place, value in enumerate(values, start=1))
    check = (_START_C + weighed) % _MODULUS
    symbols = (_START_C, *values, check)
    drawn = (_WIDTHS[_PLACES * value : _PLACES * (value + 1)] for value in symbols)
    return "".join(drawn) + _STOP
