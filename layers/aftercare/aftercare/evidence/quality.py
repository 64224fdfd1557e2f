"""What a photo's measures mean for the customer: advice, or a refusal if nobody could use it.

A refusal costs the customer another photo, a blurred photo costs a reviewer a minute. So a photo is
refused only if it shows nothing at all (R-EVD-41); what could be better is advice (R-EVD-40).
docs/figures.md has how often each is right.
"""

from collections.abc import Mapping

from aftercare.evidence.model import Advice
from aftercare.evidence.verdict import RefusalReason

_BLURRED = 48
_NO_OUTLINES = 32
_DARK = 64
_BLACK = 14
_BRIGHT = 170
_FAINT = 10
_NO_EDGE, _NO_GRAIN = 4, 9
# Contrast that halving the picture takes away: that of noise, of natural pictures next to nothing.
_NOISE_FINE, _NOISE_COARSE = 62, 33


def refusal(measures: Mapping[str, int]) -> RefusalReason | None:
    """Why nobody could use the photo (R-EVD-41); none if somebody could."""
    if measures["brightness"] < _BLACK:
        return RefusalReason.TOO_DARK
    if measures["detail"] < _NO_EDGE and measures["grain"] < _NO_GRAIN:
        return RefusalReason.EMPTY
    if measures["fine"] < _NOISE_FINE and measures["coarse"] < _NOISE_COARSE:
        return RefusalReason.EMPTY
    if measures["sharpness"] < _BLURRED and measures["outlines"] < _NO_OUTLINES:
        return RefusalReason.TOO_BLURRED
    return None


def advice(measures: Mapping[str, int]) -> tuple[Advice, ...]:
    """What would make the photo a better one (R-EVD-40), the most important first.

    Of a photo in which nothing can be seen only the likely cause is said: it is neither sharp nor
    blurred.
    """
    faint = measures["detail"] < _FAINT or measures["coarse"] < _NOISE_COARSE
    given = {
        Advice.DARK: measures["brightness"] < _DARK,
        Advice.BRIGHT: measures["shade"] > _BRIGHT,
        Advice.BLURRED: measures["sharpness"] < _BLURRED and not faint,
    }
    applying = tuple(each for each, applies in given.items() if applies)
    return applying or ((Advice.EMPTY,) if faint else ())
