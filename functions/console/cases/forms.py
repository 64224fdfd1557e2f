"""What staff type about a return: read whole, so that everything wrong is shown at once."""

from collections.abc import Iterable, Mapping
from itertools import count, takewhile
from typing import NamedTuple

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.typed import whole_number
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import ACCEPTING, MOST_WORDS, Said
from aftercare.returns.model import ReturnLine

_MOST_VERSION = 10**12


class Decision(NamedTuple):
    """Line id → what was said of it; and what is wrong, by field."""

    said: Mapping[str, Said]
    errors: Mapping[str, str]


def decision_in(form: Mapping[str, str], lines: Iterable[ReturnLine]) -> Decision:
    """Reads a decision, whose fields are numbered by the lines' places in the form.

    A form names its lines: after a decision that leaves some out, the return has others in their
    places, and the form may be sent again. One that names none is about `lines`, in their order.
    """
    said: dict[str, Said] = {}
    errors: dict[str, str] = {}
    named = list(takewhile(bool, (form.get(f"line_{place}", "") for place in count(1))))
    for place, line_id in enumerate(named or [line.line_id for line in lines], 1):
        accepted = form.get(f"accepted_{place}", "")
        code, words = form.get(f"code_{place}", ""), text_in(form, f"words_{place}")
        wrong = _wrong(place, accepted, code, words)
        errors |= wrong
        if not wrong:
            said[line_id] = (accepted == "yes", JudgementCode(code), words)
    return Decision(said, errors)


def kinds_in(form: Mapping[str, str]) -> list[EvidenceKind]:
    """The kinds of evidence that were ticked."""
    return [kind for kind in EvidenceKind if form.get(f"kind_{kind}")]


def text_in(form: Mapping[str, str], name: str) -> str:
    """The text as it was typed: browsers send each end of a line as two characters."""
    return form.get(name, "").replace("\r\n", "\n").strip()


def version_in(form: Mapping[str, str]) -> int:
    """The version of the return that the form showed; 0 for what is none, which is always old."""
    return whole_number(form.get("version", ""), _MOST_VERSION) or 0


def _wrong(place: int, accepted: str, code: str, words: str) -> dict[str, str]:
    errors = {}
    if accepted not in {"yes", "no"}:
        errors[f"accepted_{place}"] = "Accept it or decline it."
    if code not in set(JudgementCode):
        errors[f"code_{place}"] = "Choose a reason."
    elif accepted in {"yes", "no"} and (code in ACCEPTING) is not (accepted == "yes"):
        errors[f"code_{place}"] = (
            f"That is no reason to {'accept' if accepted == 'yes' else 'decline'} it."
        )
    if len(words) > MOST_WORDS:
        errors[f"words_{place}"] = f"At most {MOST_WORDS:,} characters; these are {len(words):,}."
    return errors
