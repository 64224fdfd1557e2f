"""What a screening is based on, and what the rules make of it: pure functions.

The rules are dated data (`screening_rules/`). A screening keeps its findings, so that the same
version says the same again. Signals never decline: only rules and people do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, Self

from aftercare.evidence.model import Likeness
from aftercare.kernel.stored import from_fields, to_fields
from aftercare.returns.amounts import Amounts, amount_in
from aftercare.returns.screening import Screening, Signal, SignalCode


class Copy(NamedTuple):
    """A photo of the return that is like one of another return, which is no draft of the same."""

    evidence_id: str
    return_id: str
    other_id: str
    likeness: str


class CodeStanding(StrEnum):
    """What a verification code that was shown says of the item."""

    FITTING = "fitting"
    OTHER_ITEM = "other_item"
    SUSPECT = "suspect"
    UNKNOWN = "unknown"


class ShownCode(NamedTuple):
    """A code on a photo, or behind a check's reference; `shown_by` is the photo or the line."""

    shown_by: str
    standing: str


class GrantedLine(NamedTuple):
    """A line that the policy takes back, and the rule that grants it."""

    line_id: str
    rule: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a screening is based on: ids, codes, counts and amounts, and nothing personal.

    `value` is what was paid for the units that come back, in minor units of `currency`.
    `recent_returns` are the customer's others within `recent_days` days before the submission.
    `shown` is the evidence that was looked at; findings of before it was kept do not have it.
    """

    market: str = ""
    currency: str = ""
    value: int = 0
    recent_returns: int = 0
    recent_days: int = 0
    granted: tuple[GrantedLine, ...] = ()
    copies: tuple[Copy, ...] = ()
    before_delivery: tuple[str, ...] = ()
    codes: tuple[ShownCode, ...] = ()
    shown: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """The findings that a screening stored; fields that this version does not have are left."""
        stated = {name: kind for name, kind in _LISTED.items() if name in facts}
        lists = {
            name: tuple(_listed(kind, each) for each in facts[name])
            for name, kind in stated.items()
        }
        ids = {name: tuple(facts.get(name, ())) for name in _IDS}
        return from_fields(cls, {**facts, **lists, **ids})

    @property
    def facts(self) -> Mapping[str, object]:
        """The findings as plain values, without what was not found."""
        stated = to_fields(self)
        lists = {name: [list(each) for each in stated[name]] for name in _LISTED if name in stated}
        ids = {name: list(stated[name]) for name in _IDS if name in stated}
        return {**stated, **lists, **ids}

    def with_more(self, later: "Findings") -> "Findings":
        """These findings, and what was found in evidence that came later; nothing is lost."""
        return replace(
            self,
            copies=_both(self.copies, later.copies),
            before_delivery=_both(self.before_delivery, later.before_delivery),
            codes=_both(self.codes, later.codes),
            shown=_both(self.shown, later.shown),
        )


def _listed(kind: Any, stated: Sequence[str]) -> Any:  # noqa: ANN401 - one of these below
    """One of a list's; what a newer version adds to it is left."""
    return kind(*stated[: len(kind._fields)])


_LISTED: Mapping[str, Any] = {"granted": GrantedLine, "copies": Copy, "codes": ShownCode}
_IDS = ("before_delivery", "shown")


def _both[Each](first: tuple[Each, ...], second: tuple[Each, ...]) -> tuple[Each, ...]:
    return tuple(dict.fromkeys((*first, *second)))


@dataclass(frozen=True, slots=True)
class ScreeningRules:
    """One version: what each signal weighs, and from which sum on a person looks (R-SCR-01).

    `most_returns` within `recent_days` days raise no signal. `limits` are, per market and currency,
    the largest value that raises none, in minor units. The grants of `reviewed` rules are always
    looked at. A person has looked within `looked_at_within` business days.
    """

    version: str
    valid_from: date
    source: str
    threshold: int
    weights: Mapping[SignalCode, int]
    recent_days: int
    most_returns: int
    limits: Amounts
    reviewed: frozenset[str]
    looked_at_within: int

    def limit(self, market: str, currency: str) -> int | None:
        """The largest value that raises no signal; none if the currency has no limit anywhere."""
        return amount_in(self.limits, market, currency)


def screen(rules: ScreeningRules, findings: Findings) -> Screening:
    """The signals in those findings, and whether their sum asks for a person. Never raises."""
    signals = tuple(
        Signal(code, rules.weights.get(code, 0), tuple(dict.fromkeys(references)))
        for code, references in _noticed(rules, findings)
    )
    score = sum(signal.weight for signal in signals)
    return Screening(rules.version, score, score >= rules.threshold, signals, findings.facts)


def screened_again(rules: ScreeningRules, screening: Screening) -> Screening:
    """The same findings under another version, or under the same."""
    return screen(rules, Findings.of(screening.facts))


def screened_further(rules: ScreeningRules, before: Screening, later: Findings) -> Screening:
    """The screening with what is noticed in later evidence, too (R-SCR-09).

    Each signal of before stays with its weight and all of its references, also one that these rules
    would not raise: somebody may have decided by it. It asks for a person as it did before.
    """
    now = screen(rules, Findings.of(before.facts).with_more(later))
    kept = {signal.code: signal for signal in before.signals}
    noticed = {signal.code: _kept(kept.get(signal.code), signal) for signal in now.signals}
    added = sum(signal.weight for code, signal in noticed.items() if code not in kept)
    score = before.score + added
    return Screening(
        version=before.version,
        score=score,
        needs_review=before.needs_review or score >= rules.threshold,
        signals=(*noticed.values(), *(kept[code] for code in kept if code not in noticed)),
        facts={**before.facts, **now.facts},
    )


def _kept(before: Signal | None, now: Signal) -> Signal:
    if before is None:
        return now
    return before._replace(references=_both(before.references, now.references))


def _noticed(
    rules: ScreeningRules, findings: Findings
) -> Iterator[tuple[SignalCode, tuple[str, ...]]]:
    """Each signal once, with the ids of everything that raises it."""
    of_photos = {
        SignalCode.REUSED_PHOTO: _copied(findings, Likeness.SAME_FILE, Likeness.SAME_PICTURE),
        SignalCode.SAME_MOMENT: _copied(findings, Likeness.SAME_MOMENT),
        SignalCode.BEFORE_DELIVERY: findings.before_delivery,
        SignalCode.SERIAL_MISMATCH: _shown(findings, CodeStanding.OTHER_ITEM),
        SignalCode.SUSPECT_CODE: _shown(findings, CodeStanding.SUSPECT),
        SignalCode.UNKNOWN_CODE: _shown(findings, CodeStanding.UNKNOWN),
        SignalCode.POLICY_REVIEW: tuple(
            each.line_id for each in findings.granted if each.rule in rules.reviewed
        ),
    }
    yield from ((code, references) for code, references in of_photos.items() if references)
    if findings.recent_returns >= rules.most_returns:
        yield SignalCode.TOO_MANY_RETURNS, ()
    limit = rules.limit(findings.market, findings.currency)
    if findings.value and (limit is None or findings.value > limit):
        yield SignalCode.HIGH_VALUE, ()


def _copied(findings: Findings, *likenesses: Likeness) -> tuple[str, ...]:
    """Both references of each match: the photo, the other return and its photo."""
    return tuple(
        reference
        for copy in findings.copies
        if copy.likeness in likenesses
        for reference in (copy.evidence_id, copy.return_id, copy.other_id)
    )


def _shown(findings: Findings, standing: CodeStanding) -> tuple[str, ...]:
    return tuple(each.shown_by for each in findings.codes if each.standing == standing)
