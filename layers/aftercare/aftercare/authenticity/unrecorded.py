"""Answers that need no history: a code that was mistyped, forged or never issued."""

from datetime import datetime

from aftercare.authenticity import references
from aftercare.authenticity.codes import MistypedError, shown
from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.model import Answer, Verdict

# The outcomes of checks that are not recorded, by their number in the reference.
OUTCOMES = {
    0: "not_issued",
    1: "wrong_length",
    2: "wrong_symbol",
    3: "wrong_check_symbol",
}
_NUMBERS = {what: number for number, what in OUTCOMES.items()}
_MOST_SHOWN = 40


def mistyped(text: str, visitor: str, error: MistypedError, ring: KeyRing, now: datetime) -> Answer:
    """The answer to a text that cannot be a code."""
    return Answer(
        verdict=Verdict.MISTYPED,
        code=text.strip()[:_MOST_SHOWN],
        reference=_reference(error.slip, f"{text} {visitor}", ring, now),
        reasons=(error.slip,),
        place=int(error.facts.get("place", 0)),
    )


def not_issued(
    symbols: str, visitor: str, ring: KeyRing, now: datetime, *, is_forged: bool
) -> Answer:
    """The answer about a code that we never issued."""
    reference = _reference(Verdict.NOT_ISSUED, f"{symbols} {visitor}", ring, now)
    return Answer(Verdict.NOT_ISSUED, shown(symbols), reference, is_forged=is_forged)


def _reference(what: str, asked: str, ring: KeyRing, now: datetime) -> str:
    key_id, keys = ring.oldest
    return references.unrecorded(_NUMBERS[what], now, asked, key_id, keys)
