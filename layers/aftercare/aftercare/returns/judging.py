"""What people decide on the lines of a return, and what becomes of it: pure functions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import Actor
from aftercare.returns.judgement import (
    EvidenceRequest,
    Judgement,
    JudgementCode,
    Proposal,
    Review,
)
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.review_errors import JudgementInvalidError, NotInReviewError

MOST_WORDS = 1_000
ACCEPTING = frozenset({JudgementCode.AS_ASKED, JudgementCode.GOODWILL})

type Said = tuple[bool, JudgementCode, str]
"""Whether a line is accepted, why, and words of one's own for the customer, which may be empty."""


def words_in(text: str, *, field: str = "words", needed: bool = False) -> str:
    """The words as they are kept: printable, without space around them.

    Raises:
        JudgementInvalidError: They are too long, or none although they are needed.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    printable = ("".join(filter(str.isprintable, line)).strip() for line in lines)
    words = "\n".join(printable).strip()
    if len(words) > MOST_WORDS:
        raise JudgementInvalidError(field, f"Please use up to {MOST_WORDS:,} characters.")
    if needed and not words:
        raise JudgementInvalidError(field, "Please write something.")
    return words


def judgements_of(
    ret: Return, said: Mapping[str, Said], by: Actor, now: datetime
) -> dict[str, Judgement]:
    """What somebody says of each line of the return, as judgements.

    Raises:
        JudgementInvalidError: It does not cover exactly the return's lines, a code does not fit its
            verdict, or words are too long.
    """
    if set(said) != {line.line_id for line in ret.lines}:
        raise JudgementInvalidError("lines", "Please decide on each item.")
    judgements = {}
    for line_id, (accepted, code, words) in said.items():
        if accepted is not (code in ACCEPTING):
            raise JudgementInvalidError("code", "That reason does not fit the decision.")
        judgements[line_id] = Judgement(accepted, code, words_in(words), by, now)
    return judgements


def has_said(judgements: Mapping[str, Judgement], said: Mapping[str, Said], by: Actor) -> bool:
    """Whether those judgements are what that person says now: they sent it twice."""
    stated = {
        line_id: (each.accepted, each.code, each.words, each.by)
        for line_id, each in judgements.items()
    }
    return stated == {
        line_id: (accepted, code, words_in(words), by)
        for line_id, (accepted, code, words) in said.items()
    }


def judgements_in(ret: Return) -> dict[str, Judgement]:
    """Line id → what was decided on it, of the lines on which somebody decided."""
    lines = (*ret.lines, *ret.left_out)
    return {line.line_id: line.judgement for line in lines if line.judgement}


def review_of(ret: Return, *statuses: ReturnStatus) -> Review:
    """Where a return of those statuses stands with staff.

    Raises:
        NotInReviewError: It has another status.
    """
    if ret.status not in statuses:
        raise NotInReviewError(ret)
    # Whoever put it into review may have left the rest to be filled in.
    return ret.review or Review(ret.submitted_at or ret.created_at)


def proposed(ret: Return, review: Review, proposal: Proposal) -> Return:
    """The return with a decision that waits for a second person."""
    return replace(ret.moved(Verb.DECIDE), review=replace(review.released(), proposal=proposal))


def handed_back(ret: Return, review: Review) -> Return:
    """The return without the decision that a second person does not share."""
    return replace(ret.moved(Verb.HAND_BACK), review=replace(review.released(), proposal=None))


def asked_for(ret: Return, review: Review, wanted: EvidenceRequest) -> Return:
    """The return, waiting for its customer. What was proposed before rests on too little."""
    after = replace(review.released(), wanted=wanted, proposal=None)
    return replace(ret.moved(Verb.ASK_EVIDENCE, ReturnStatus.NEEDS_EVIDENCE), review=after)


def back_in_review(ret: Return, look_by: date | None, answered_at: datetime | None) -> Return:
    """The return, waiting for a person again; since when stays, so that it keeps its place."""
    wanted = ret.review.wanted if ret.review else None
    answered = wanted._replace(answered_at=answered_at) if wanted else None
    review = replace(ret.review, look_by=look_by, wanted=answered) if ret.review else None
    verb = Verb.ANSWER if answered_at else Verb.END_REQUEST
    return replace(ret.moved(verb, ReturnStatus.IN_REVIEW), review=review)


def no_longer_asked(ret: Return, review: Review, look_by: date | None) -> Return:
    """The return in review again, as if nobody had asked; since when stays."""
    after = replace(review, wanted=None, look_by=look_by)
    return replace(ret.moved(Verb.WITHDRAW_REQUEST, ReturnStatus.IN_REVIEW), review=after)


def settled(
    ret: Return,
    verb: Verb,
    lines: tuple[ReturnLine, ...],
    judgements: Mapping[str, Judgement],
) -> Return:
    """The return as decided: approved with the lines that people and rules take back, or declined.

    `lines` are the return's, with the decisions that the rules make now: what a rule refuses is not
    taken back, whoever accepted it. The others are left out (R-RET-42).
    """
    judged = tuple(replace(line, judgement=judgements[line.line_id]) for line in lines)
    taken = tuple(line for line in judged if line.passed and judgements[line.line_id].accepted)
    review = replace(ret.review.released(), proposal=None) if ret.review else None
    if not taken:
        return replace(ret.moved(verb, ReturnStatus.DECLINED), lines=judged, review=review)
    left_out = tuple(line for line in judged if line not in taken)
    return replace(
        ret.moved(verb, ReturnStatus.APPROVED),
        lines=taken,
        left_out=(*ret.left_out, *left_out),
        review=review,
    )


def kinds_in(kinds: tuple[EvidenceKind, ...]) -> tuple[EvidenceKind, ...]:
    """The kinds that are asked for, each once.

    Raises:
        JudgementInvalidError: None is.
    """
    if not kinds:
        raise JudgementInvalidError("kinds", "Please choose what the customer should show.")
    return tuple(dict.fromkeys(kinds))
