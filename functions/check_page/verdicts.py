"""What the check page shows: view models of answers, in the words of one language."""

from typing import NamedTuple

from aftercare.authenticity.model import Answer, Verdict
from aftercare.authenticity.wording import BatchText, Wording
from aftercare.batches.model import Batch
from aftercare.words.service import Words

# A colour and an icon for each: the colour alone must not carry the meaning.
_LOOKS = {
    Verdict.GENUINE_FIRST_CHECK: ("good", "shield"),
    Verdict.GENUINE_CHECKED_BEFORE: ("seen", "clock"),
    Verdict.SUSPECT: ("doubt", "copies"),
    Verdict.RECALLED: ("recalled", "alert"),
    Verdict.RESTRICTED: ("doubt", "unknown"),
    Verdict.BLOCKED: ("stop", "lock"),
    Verdict.NOT_ISSUED: ("stop", "cross"),
}
_GENUINE = {Verdict.GENUINE_FIRST_CHECK, Verdict.GENUINE_CHECKED_BEFORE}


class Slip(NamedTuple):
    """Why the typed text cannot be a code."""

    title: str
    sentence: str
    steps: tuple[str, ...]


class Fact(NamedTuple):
    """One fact about a code."""

    name: str
    value: str
    note: str = ""


class VerdictCard(NamedTuple):
    """The answer to one check."""

    verdict: str
    tone: str
    icon: str
    title: str
    text: str
    before: str
    groups: list[str]
    reference: str
    product: str
    picture: str
    is_genuine: bool
    reasons: list[str]
    issue: BatchText
    remedy: BatchText
    steps: tuple[str, ...]
    facts: list[Fact]
    is_estimate: bool
    may_return: bool
    may_claim: bool


def slip(answer: Answer, wording: Wording) -> Slip:
    return Slip(wording.verdict_title(answer), wording.slip(answer), wording.steps(answer))


def verdict(answer: Answer, wording: Wording, w: Words) -> VerdictCard:
    tone, icon = _LOOKS[answer.verdict]
    return VerdictCard(
        verdict=answer.verdict,
        tone=tone,
        icon=icon,
        title=wording.verdict_title(answer),
        text=wording.verdict_text(answer),
        before=wording.before(answer),
        groups=answer.code.split("-"),
        reference=answer.reference,
        product=(answer.batch.product or answer.batch.sku) if answer.batch else "",
        picture=_picture_of(answer.batch) if answer.batch else "",
        is_genuine=answer.verdict in _GENUINE,
        reasons=[wording.reason(code) for code in answer.reasons],
        issue=wording.known_issue(answer),
        remedy=wording.remedy(answer),
        steps=wording.steps(answer),
        facts=_facts(answer, wording, w),
        is_estimate=answer.customers_estimated,
        may_return=answer.verdict in {Verdict.RECALLED, Verdict.BLOCKED},
        # What we never issued has no code to claim.
        may_claim=answer.batch is not None,
    )


def _picture_of(batch: Batch) -> str:
    """The path of the product's picture; empty if nobody gave the batch one (R-BAT-07)."""
    if not batch.picture:
        return ""
    from aftercare.pictures.model import picture_path  # noqa: PLC0415 - forged codes have none

    return picture_path(batch.picture)


def _facts(answer: Answer, wording: Wording, w: Words) -> list[Fact]:
    facts = [Fact(w.text("check.result.reference"), answer.reference)]
    if answer.batch is None:
        return facts
    first = wording.first_check(answer)
    return [
        Fact(
            w.text("check.result.product"),
            answer.batch.product or answer.batch.sku,
            answer.batch.sku,
        ),
        Fact(w.text("check.result.checks"), wording.times(answer)),
        *([Fact(w.text("check.result.first"), first)] if first else []),
        *facts,
    ]
