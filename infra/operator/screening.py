"""Shows what was noticed of returns, and whom other rules of screening would send to a person."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from aftercare.kernel.rulebook import RulesInvalidError
from aftercare.returns import screening_rules
from aftercare.returns.findings import ScreeningRules, screened_again
from aftercare.returns.model import Return
from aftercare.returns.screening import Screening, Signal, SignalCode
from aftercare.returns.screening_rules import published, read_screening_rules
from infra.local.settings import StackError
from infra.operator.returns import stored_returns
from infra.operator.verdicts import Source

FOLDER = Path(screening_rules.__file__).parent

# The business rule behind each signal.
IDS: Mapping[SignalCode, str] = {
    SignalCode.REUSED_PHOTO: "R-SCR-02",
    SignalCode.SAME_MOMENT: "R-SCR-03",
    SignalCode.BEFORE_DELIVERY: "R-SCR-03",
    SignalCode.SERIAL_MISMATCH: "R-SCR-04",
    SignalCode.SUSPECT_CODE: "R-SCR-04",
    SignalCode.UNKNOWN_CODE: "R-SCR-04",
    SignalCode.TOO_MANY_RETURNS: "R-SCR-05",
    SignalCode.HIGH_VALUE: "R-SCR-06",
    SignalCode.POLICY_REVIEW: "R-EVD-24",
}


class Change(NamedTuple):
    """A return that the new version would send to a person and the old one did not, or back."""

    ret: Return
    before: Screening
    after: Screening


def noticed(returns: Iterable[Return], known: Mapping[str, Source]) -> Iterator[str]:
    """What was noticed of each return that was screened, a line per signal; nothing personal."""
    for ret in returns:
        if ret.screening is None:
            continue
        yield f"Return       {ret.ticket}  {ret.status}: {_answer(ret.screening)}"
        yield from (_signal(signal, known) for signal in ret.screening.signals)
        newest = published().versions[-1]
        again = screened_again(newest, ret.screening)
        if again.needs_review is not ret.screening.needs_review:
            yield f"  now        {_answer(again)}"


def diff(arguments: Namespace) -> None:
    """Print each return that one version sends to a person and the other one does not."""
    old, new = rules_of(arguments.old), rules_of(arguments.new)
    count = Counter[str]()
    for change in changes(stored_returns(arguments), old, new, count):
        print(f"{change.ret.ticket}  {change.ret.return_id}  {change.ret.status}")
        print(f"  - {_answer(change.before)}")
        print(f"  + {_answer(change.after)}")
    print(summary(arguments.old, arguments.new, count))


def rules_of(name: str) -> ScreeningRules:
    """A version as operators name it: 2026-11-28, or the path of a document.

    Raises:
        StackError: There is no such version, or it can't be read.
    """
    document = FOLDER / f"{name}.toml"
    path = document if document.is_file() else Path(name)
    if not path.is_file():
        known = ", ".join(version.version for version in published().versions)
        raise StackError(f"There are no screening rules {name}: name a document, or {known}.")
    try:
        return read_screening_rules(path.read_text("utf-8"))
    except (ValueError, RulesInvalidError) as error:
        raise StackError(f"{path} is no version of the screening rules: {error}") from error


def changes(
    returns: Iterable[Return], old: ScreeningRules, new: ScreeningRules, count: Counter[str]
) -> Iterator[Change]:
    """The screenings of the old version that end otherwise under the new one.

    `count` is filled with how many were `screened` by the old version, how many `changed`, and how
    many `reviews` the new version asks for.
    """
    for ret in returns:
        if ret.screening is None or ret.screening.version != old.version:
            continue
        before, after = screened_again(old, ret.screening), screened_again(new, ret.screening)
        count["screened"] += 1
        count["reviews"] += after.needs_review
        if before.needs_review is not after.needs_review:
            count["changed"] += 1
            yield Change(ret, before, after)


def summary(old: str, new: str, count: Counter[str]) -> str:
    """How many returns would end otherwise, and how many a person would look at."""
    of_all = f"{count['screened']:,} returns"
    return (
        f"From {old} to {new}: {count['changed']:,} of {of_all} would end otherwise; a person"
        f" would look at {count['reviews']:,}."
    )


def _answer(screening: Screening) -> str:
    outcome = "a person looks" if screening.needs_review else "approved at once"
    codes = ", ".join(signal.code for signal in screening.signals) or "nothing noticed"
    return f"{outcome}, {screening.score} by the rules of {screening.version} ({codes})"


def _signal(signal: Signal, known: Mapping[str, Source]) -> str:
    rule_id = IDS[signal.code]
    source = f"{rule_id} ({known[rule_id].document})" if rule_id in known else rule_id
    return f"  {signal.weight:>4} {signal.code:16} {source}  {' '.join(signal.references)}".rstrip()
