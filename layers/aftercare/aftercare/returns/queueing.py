"""The queue of returns that wait for a person: what it shows of each, and where each one stands."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.returns.judgement import Review
from aftercare.returns.model import Return, ReturnStatus

# A value in a currency for which no market has an amount comes first: nobody knows how high it is.
_FIRST = 999_999_999_999_999


class QueueOrder(StrEnum):
    """Longest waiting first, or highest value first."""

    AGE = "age"
    VALUE = "value"


class Answer(StrEnum):
    """What became of a request for more evidence, while its return is in the queue."""

    NOT_ASKED = ""
    ANSWERED = "answered"
    OVERDUE = "overdue"


class QueuedCase(NamedTuple):
    """A return in the queue. `value` is in minor units of `currency`; `lines` is their number.

    `claimed_name` is what who claimed it was called then; a claim of an older version has none.
    `proposed_by` decided on it; a second person has not confirmed it yet. `answer` is what became
    of the last request for evidence; one that a newer version knows is shown as it is stored.
    `attention` says why somebody is needed outside of a review (an AttentionCode, or a newer one).
    """

    return_id: str
    ticket: str
    status: str
    since: datetime
    value: int
    currency: str
    market: str
    signals: tuple[str, ...]
    claimed_by: Actor | None
    claimed_until: datetime | None
    lines: int
    proposed_by: Actor | None = None
    answer: str = Answer.NOT_ASKED
    attention: str = ""
    claimed_name: str = ""


class QueuePage(NamedTuple):
    """Some of the queue. `after` leads to what comes behind it; empty if nothing does."""

    cases: tuple[QueuedCase, ...]
    after: str = ""


class Worth(NamedTuple):
    """What was paid for the units of a return, in minor units of its currency."""

    value: int
    currency: str
    market: str


def worth_of(ret: Return) -> Worth:
    """What the return's screening found; nothing for one that was not screened."""
    facts = ret.screening.facts if ret.screening else {}
    value = facts.get("value", 0)
    return Worth(
        value if isinstance(value, int) else 0,
        str(facts.get("currency", "")),
        str(facts.get("market", "")),
    )


def needs_second(ret: Return, review: Review) -> bool:
    """Whether a second person confirms what one decides on the return (R-REV-02).

    The rules of the day on which the review began count, so that nothing changes in between.
    """
    worth, amount = worth_of(ret), _amount(ret, review.since)
    return amount is None or worth.value > amount


def place_of(ret: Return) -> Mapping[str, Any]:
    """The columns by which the queue has the return; none unless it waits for a person.

    That is while it is in review, and while anything else about it needs somebody (R-REF-03).
    Values are compared by what their market calls high, because yen are no cents.
    """
    since = _waits_since(ret)
    if since is None:
        return {}
    return {
        "queue": QUEUE,
        "queue_since": to_text(since),
        "queue_value": _millionths(ret, since),
        "queue_card": _text(_card(ret, since)),
    }


def _waits_since(ret: Return) -> datetime | None:
    if ret.status is ReturnStatus.IN_REVIEW and ret.review:
        return ret.review.since
    return ret.attention.since if ret.attention else None


QUEUE = "review"
"""The queue's one partition: it takes a thousand changes a second, and few returns are reviewed."""


def _amount(ret: Return, since: datetime) -> int | None:
    from aftercare.returns.review_rules import rules_on  # noqa: PLC0415 - few returns are reviewed

    worth = worth_of(ret)
    return rules_on(since.date()).amount(worth.market, worth.currency)


def _millionths(ret: Return, since: datetime) -> int:
    """The value in millionths of the amount above which a second person confirms."""
    amount = _amount(ret, since)
    return worth_of(ret).value * 1_000_000 // amount if amount else _FIRST


def _text(card: Mapping[str, Any]) -> str:
    return json.dumps(card, separators=(",", ":"), ensure_ascii=False)


def _card(ret: Return, since: datetime) -> dict[str, Any]:
    worth, review = worth_of(ret), ret.review or Review(since)
    claimed_until = review.claimed_until
    return {
        "since": to_text(since),
        "ticket": ret.ticket,
        "status": ret.status,
        "value": worth.value,
        "currency": worth.currency,
        "market": worth.market,
        "signals": [signal.code for signal in ret.screening.signals] if ret.screening else [],
        "claimed_by": review.claimed_by,
        "claimed_until": to_text(claimed_until) if claimed_until else None,
        "lines": len(ret.lines),
        "proposed_by": review.proposal.by if review.proposal else None,
        "answer": _answer(review),
        **({"claimed_name": review.claimed_name} if review.claimed_name else {}),
        **({"attention": ret.attention.code} if ret.attention else {}),
    }


def _answer(review: Review) -> Answer:
    if review.wanted is None:
        return Answer.NOT_ASKED
    return Answer.ANSWERED if review.wanted.answered_at else Answer.OVERDUE


def case_from(return_id: str, card: str) -> QueuedCase:
    """The case of a stored card; what only a newer version knows is left out."""
    stored = json.loads(card)
    until, proposed_by = stored.get("claimed_until"), stored.get("proposed_by")
    return QueuedCase(
        return_id=return_id,
        ticket=stored["ticket"],
        status=stored["status"],
        since=from_text(stored["since"]),
        value=stored["value"],
        currency=stored["currency"],
        market=stored["market"],
        signals=tuple(stored["signals"]),
        claimed_by=Actor(stored["claimed_by"]) if stored.get("claimed_by") else None,
        claimed_until=from_text(until) if until else None,
        lines=stored["lines"],
        proposed_by=Actor(proposed_by) if proposed_by else None,
        answer=stored.get("answer", Answer.NOT_ASKED),
        attention=stored.get("attention", ""),
        claimed_name=stored.get("claimed_name", ""),
    )
