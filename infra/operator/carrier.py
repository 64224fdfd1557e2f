"""Says whose tracking number it is, and why."""

from argparse import Namespace
from collections.abc import Iterator

from aftercare.parcels.recognising import Candidate, Evidence, Recognised, recognise
from infra.local.settings import StackError

_WHY = {
    Evidence.CHECK_DIGIT: "its check digit fits",
    Evidence.FORMAT: "it has the full format of its numbers",
    Evidence.PREFIX: "it begins like its numbers",
    Evidence.LENGTH: "it is as long as its numbers",
}
_MISTYPED = ", but the check digit does not fit: it may have a typo"


def show(arguments: Namespace) -> None:
    """Print the likeliest carrier on the first line; then why, and the others."""
    found = recognise(arguments.number)
    if not found.candidates:
        raise StackError(f"{arguments.number!r} has no carrier's format that we know.")
    for line in told(found):
        print(line)


def told(found: Recognised) -> Iterator[str]:
    """The likeliest carrier, why and how it is reached; the others and why."""
    first, *others = found.candidates
    yield first.carrier.name
    yield f"  {found.number}: {why(first)}"
    yield f"  {first.carrier.page_of(found.number)}"
    if others:
        yield "As likely:" if found.is_ambiguous else "Less likely:"
    for candidate in others:
        yield f"  {candidate.carrier.name}: {why(candidate)}"


def why(candidate: Candidate) -> str:
    """What speaks for the carrier."""
    return _WHY[candidate.evidence] + (_MISTYPED if candidate.is_mistyped else "")
