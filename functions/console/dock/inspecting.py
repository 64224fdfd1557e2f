"""The form of an inspection: what was found of each line that came."""

from collections.abc import Mapping
from typing import NamedTuple

from aftercare.kernel.typed import whole_number
from aftercare.returns.arrivals import Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import ACCEPTING, MOST_WORDS
from aftercare.returns.model import Return, ReturnLine

_FIELDS = ("accepted", "grade", "disposition", "code", "words")


class Inspecting(NamedTuple):
    """Line id → what was found of it; and what is wrong, by field."""

    found: Mapping[str, Found]
    errors: Mapping[str, str]


def uninspected(ret: Return) -> tuple[ReturnLine, ...]:
    """The lines of which something came, none is awaited, and that nobody has inspected."""
    lines = (line for line in ret.lines if line.inspection is None)
    return tuple(line for line in lines if line.present and not line.awaited)


def inspection_in(form: Mapping[str, str], ret: Return) -> Inspecting:
    """Reads what was found. A line of which nothing was said is left for later, but not all."""
    found: dict[str, Found] = {}
    errors: dict[str, str] = {}
    by_id = {line.line_id: line for line in ret.lines}
    places = [name.removeprefix("found_") for name in form if name.startswith("found_")]
    for place in sorted(places):
        line = by_id.get(form[f"found_{place}"])
        typed = {name: form.get(f"{name}_{place}", "").strip() for name in _FIELDS}
        if line is None or not (typed["grade"] or typed["disposition"] or typed["code"]):
            continue
        wrong = _wrong(line, typed)
        errors |= {f"{name}_{place}": said for name, said in wrong.items()}
        if not wrong:
            found[line.line_id] = Found(
                whole_number(typed["accepted"], line.present) or 0,
                Grade(typed["grade"]),
                Disposition(typed["disposition"]),
                JudgementCode(typed["code"]),
                typed["words"],
            )
    if not (found or errors):
        errors["grade_" + min(places, default="1")] = "Say what was found of at least one item."
    return Inspecting(found, errors)


def _wrong(line: ReturnLine, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    here = line.present
    accepted = whole_number(typed["accepted"], here)
    if accepted is None:
        errors["accepted"] = f"From 0 to {here}: so many are here."
    if typed["grade"] not in set(Grade):
        errors["grade"] = "Choose a grade."
    if typed["disposition"] not in set(Disposition):
        errors["disposition"] = "Choose what becomes of it."
    if typed["code"] not in set(JudgementCode):
        errors["code"] = "Choose a reason."
    elif accepted is not None and (typed["code"] in ACCEPTING) is not (accepted == line.units):
        errors["code"] = (
            "All are taken back: choose a reason to accept."
            if accepted == line.units
            else f"Only {accepted} of {line.units} are taken back: choose why not the others."
        )
    if len(typed["words"]) > MOST_WORDS:
        errors["words"] = f"At most {MOST_WORDS:,} characters; these are {len(typed['words']):,}."
    return errors
