"""Requests to the ledger, checked before anything is read or written.

Callers own the types (a body's are checked where it is read); what a value may be is checked here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.kernel.actor import Actor
from aftercare.kernel.requests import RequestKey, digest_of
from aftercare.points.errors import PointsInvalidError
from aftercare.points.model import MOST_POINTS
from aftercare.points.posting import Kind

ID = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}"
LONGEST_REASON = 200
_ID = re.compile(ID)
_SPENT_ID = re.compile(rf"(spend|capture)#{ID}#{ID}")
MOST_LISTED = 100
# The clocks of tills differ from ours.
_CLOCK_TOLERANCE = timedelta(hours=1)


type Proof = Callable[[datetime], str]
"""Proves at a time what the member showed, or raises; what it returns is good for one operation."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The system that sends a request, and its Idempotency-Key.

    Raises:
        PointsInvalidError: The client's id is invalid.
    """

    client_id: str
    key: str = ""

    def __post_init__(self) -> None:
        checked_id("client_id", self.client_id)


@dataclass(frozen=True, slots=True)
class Request:
    """One operation on one member's account, as requested.

    `occurred_at` is None for what happens now, `key` without an Idempotency-Key.
    """

    member_id: str
    operation_id: str
    kind: Kind
    digest: str
    occurred_at: datetime | None = None
    key: RequestKey | None = None
    who: str = ""
    why: str = ""
    actor: Actor = field(kw_only=True)


def request_of(
    member_id: str,
    operation_id: str,
    kind: Kind,
    caller: Caller,
    *,
    actor: Actor,
    occurred_at: datetime | None = None,
    who: str = "",
    why: str = "",
    **facts: str | int,
) -> Request:
    """The request. Two with the same `facts` are the same request, whoever the actor is."""
    digest = digest_of(
        member=member_id, operation=operation_id, kind=kind, who=who, why=why, **facts
    )
    key = RequestKey(caller.client_id, caller.key, digest) if caller.key else None
    return Request(member_id, operation_id, kind, digest, occurred_at, key, who, why, actor=actor)


def checked_points(points: int) -> int:
    """A number of points that an operation may move.

    Raises:
        PointsInvalidError: It is not from 1 to ten million.
    """
    if not 1 <= points <= MOST_POINTS:
        raise PointsInvalidError(
            "points", f"points must be a whole number from 1 to {MOST_POINTS}."
        )
    return points


def checked_change(points: int) -> int:
    """A number of points, up or down.

    Raises:
        PointsInvalidError: It is not from 1 to ten million, up or down.
    """
    if not 1 <= abs(points) <= MOST_POINTS:
        detail = f"points must be a whole number from 1 to {MOST_POINTS}, up or down."
        raise PointsInvalidError("points", detail)
    return points


def checked_id(field: str, text: str) -> str:
    """An id that a caller chose.

    Raises:
        PointsInvalidError: It is empty, too long, or has characters that an id may not have.
    """
    if not _ID.fullmatch(text):
        rule = "1 to 64 letters, digits, dots, dashes, underscores, colons or slashes"
        raise PointsInvalidError(field, f"{field} must be {rule}.")
    return text


def checked_text(field: str, text: str) -> str:
    """Who did something, or why.

    Raises:
        PointsInvalidError: It is empty, or longer than 200 characters.
    """
    if not 1 <= len(text.strip()) <= LONGEST_REASON:
        detail = f"{field} must be text of 1 to {LONGEST_REASON} characters."
        raise PointsInvalidError(field, detail)
    return text.strip()


def checked_moment(moment: datetime, now: datetime) -> datetime:
    """When something happened: not in the future.

    Raises:
        PointsInvalidError: It is more than an hour in the future, or has no offset.
    """
    if moment.tzinfo is None:
        raise PointsInvalidError("occurred_at", "occurred_at must be a time with an offset.")
    if moment > now + _CLOCK_TOLERANCE:
        raise PointsInvalidError("occurred_at", "occurred_at must not be in the future.")
    return moment


def checked_amount(field: str, amount: int) -> int:
    """An amount of money in minor units.

    Raises:
        PointsInvalidError: It is negative.
    """
    if amount < 0:
        raise PointsInvalidError(field, f"{field} must be in whole minor units, zero or more.")
    return amount


def checked_earning(points: int) -> int:
    """The points of an amount that a caller typed.

    Raises:
        PointsInvalidError: They are more than an operation moves.
    """
    if points > MOST_POINTS:
        raise PointsInvalidError("amount", f"amount must earn at most {MOST_POINTS} points.")
    return points


def checked_limit(limit: int) -> int:
    """How many movements a page has.

    Raises:
        PointsInvalidError: It is not from 1 to 100.
    """
    if not 1 <= limit <= MOST_LISTED:
        raise PointsInvalidError("limit", f"limit must be from 1 to {MOST_LISTED}.")
    return limit


def checked_spent(text: str) -> str:
    """The id on the receipt of a spend or a capture.

    Raises:
        PointsInvalidError: It is invalid.
    """
    if not _SPENT_ID.fullmatch(text):
        raise PointsInvalidError(
            "operation_id", "operation_id must be that of a spend or a capture."
        )
    return text
