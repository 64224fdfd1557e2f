"""What is asked of the ledger, checked before anything is read or written."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.points.errors import PointsInvalidError
from aftercare.points.model import MOST_POINTS
from aftercare.points.posting import Kind, RequestKey, digest_of

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_SPENT_ID = re.compile(rf"(spend|capture)#{_ID.pattern}#{_ID.pattern}")
_LONGEST_REASON = 200
MOST_LISTED = 100
# Tills and we need not agree on the time.
_CLOCK_TOLERANCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Which system asks, and the Idempotency-Key it sent with the request.

    Raises:
        PointsInvalidError: The client's id can't be one.
    """

    client_id: str
    key: str = ""

    def __post_init__(self) -> None:
        checked_id("client_id", self.client_id)


@dataclass(frozen=True, slots=True)
class Request:
    """One operation on one member's account as it was asked for.

    `occurred_at` is empty for what happens now; `key` when no system sent an Idempotency-Key.
    """

    member_id: str
    operation_id: str
    kind: Kind
    digest: str
    occurred_at: datetime | None = None
    key: RequestKey | None = None
    who: str = ""
    why: str = ""
    actor: Actor = UNKNOWN


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
    """The request; `facts` tell whether another of the same id or key asks for the same.

    Who asks is none of them: the same request of another actor is the same request.
    """
    digest = digest_of(
        member=member_id, operation=operation_id, kind=kind, who=who, why=why, **facts
    )
    key = RequestKey(caller.client_id, caller.key, digest) if caller.key else None
    return Request(member_id, operation_id, kind, digest, occurred_at, key, who, why, actor)


def checked_points(points: object) -> int:
    """A number of points that an operation may move.

    Raises:
        PointsInvalidError: Not whole, none or fewer, or more than ten million.
    """
    if type(points) is not int or not 1 <= points <= MOST_POINTS:
        raise PointsInvalidError("points", f"Points are whole, from 1 to {MOST_POINTS}.")
    return points


def checked_change(points: object) -> int:
    """A number of points, up or down.

    Raises:
        PointsInvalidError: Not whole, none, or more than ten million either way.
    """
    if type(points) is not int or not 1 <= abs(points) <= MOST_POINTS:
        detail = f"Points are whole, from 1 to {MOST_POINTS} up or down."
        raise PointsInvalidError("points", detail)
    return points


def checked_id(field: str, text: object) -> str:
    """An id that a caller chose.

    Raises:
        PointsInvalidError: Empty, too long, or with signs that an id has not.
    """
    if not isinstance(text, str) or not _ID.fullmatch(text):
        rule = "1 to 64 letters, digits, dots, dashes, underscores, colons or slashes"
        raise PointsInvalidError(field, f"{field} is {rule}.")
    return text


def checked_text(field: str, text: object) -> str:
    """Who did something, or why.

    Raises:
        PointsInvalidError: Empty, or longer than 200 characters.
    """
    if not isinstance(text, str) or not 1 <= len(text.strip()) <= _LONGEST_REASON:
        detail = f"{field} is a text of 1 to {_LONGEST_REASON} characters."
        raise PointsInvalidError(field, detail)
    return text.strip()


def checked_moment(moment: object, now: datetime) -> datetime:
    """When something happened: not in the future.

    Raises:
        PointsInvalidError: It is, by more than an hour, or it names no offset.
    """
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise PointsInvalidError("occurred_at", "occurred_at is a time with an offset.")
    if moment > now + _CLOCK_TOLERANCE:
        raise PointsInvalidError("occurred_at", "occurred_at is in the future.")
    return moment


def checked_amount(field: str, amount: object) -> int:
    """An amount of money in minor units.

    Raises:
        PointsInvalidError: Not whole, or below zero.
    """
    if type(amount) is not int or amount < 0:
        raise PointsInvalidError(field, f"{field} is in whole minor units, zero or more.")
    return amount


def checked_limit(limit: object) -> int:
    """How many movements a page has.

    Raises:
        PointsInvalidError: Not from 1 to 100.
    """
    if type(limit) is not int or not 1 <= limit <= MOST_LISTED:
        raise PointsInvalidError("limit", f"A page has 1 to {MOST_LISTED} movements.")
    return limit


def checked_spent(text: object) -> str:
    """The id on the receipt of a spend or a capture.

    Raises:
        PointsInvalidError: It can be none.
    """
    if not isinstance(text, str) or not _SPENT_ID.fullmatch(text):
        raise PointsInvalidError("operation_id", "operation_id is that of a spend or a capture.")
    return text
