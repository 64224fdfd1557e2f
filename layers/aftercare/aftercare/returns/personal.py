"""What of a return may name its customer: words that people wrote, and the mailbox's key."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from aftercare.returns.model import OpenReturn, Return, ReturnStatus

WORDS = frozenset({"note", "words", "failure"})
"""The fields, wherever they are in a return, that somebody wrote in their own words."""

_S = ReturnStatus
OVER = frozenset(
    {_S.DRAFT, _S.DECLINED, _S.CANCELLED, _S.DISCARDED, _S.LAPSED, _S.CLOSED, _S.EXPIRED, _S.LOST}
)
"""The statuses in which nobody waits for anything; a draft is its customer's alone."""


def is_over(ret: Return) -> bool:
    """Whether nothing more is owed either way: no parcel, no decision, no money, no dispute.

    Returns from before the table of moves stayed `arrived` once they were paid back.
    """
    if ret.attention is not None:
        return False
    is_paid_back = ret.status is _S.ARRIVED and ret.repayment is not None and not ret.settlements
    return ret.status in OVER or is_paid_back


def open_return(ret: Return) -> OpenReturn:
    """What an erasure waits for, in that return."""
    review = ret.review
    until = ret.label_expires_at.date() if ret.label_expires_at else None
    if ret.promise:
        until = ret.promise.last
    if ret.status is ReturnStatus.IN_REVIEW and review:
        until = review.look_by
    if ret.status is ReturnStatus.NEEDS_EVIDENCE and review and review.wanted:
        until = review.wanted.due_at.date()
    return OpenReturn(ret.ticket, ret.status, until)


def without_person(ret: Return, pseudonym: str) -> Return:
    """The return under a pseudonym, without anybody's own words.

    Items, reasons, decisions, amounts and dates stay.
    """
    wordless: Return = _wordless(ret)
    return replace(wordless, email_key=pseudonym)


def _wordless(value: Any) -> Any:  # noqa: ANN401 - any part of a return
    """The value with each of its parts wordless; parts of any kind that a return may get."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        return replace(value, **_changed(parts))
    if isinstance(value, tuple):
        named: Any = value
        if hasattr(value, "_fields"):
            return named._replace(**_changed(named._asdict()))
        return tuple(map(_wordless, value))
    if isinstance(value, Mapping):
        return {name: _wordless(part) for name, part in value.items()}
    return value


def _changed(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: "" if name in WORDS and isinstance(part, str) else _wordless(part)
        for name, part in parts.items()
    }
