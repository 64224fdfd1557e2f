"""What a store's system may send: a type for each body, named as in infra/openapi."""

import hashlib
from typing import Annotated

from chalice.app import Request
from msgspec import UNSET, Meta, Struct, UnsetType

from aftercare.kernel.reading import FieldError, Moment, Timed
from aftercare.kernel.typed import whole_number
from aftercare.points.finding import By
from aftercare.points.model import MOST_POINTS
from aftercare.points.request import ID, LONGEST_REASON
from aftercare.web.api import RequestInvalidError

MOST_AMOUNT = 1_000_000_000
# The longest operation id is that of a refund, whose own id the shop chooses: 200 characters.
_MOST_CURSOR = 2000
_MOST_COUNT = 999_999
_END = r"$(?!\n)"  # Python's $ alone matches before a last line break, too
# Control characters, and halves of characters.
_NO_SIGN = r"\u0000-\u001f\u007f-\u009f\ud800-\udfff"

OwnId = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9][A-Za-z0-9._:-]{{0,63}}{_END}",
        description="1 to 64 letters, digits, dots, dashes, underscores or colons, "
        "a letter or digit first",
    ),
]
ReceiptNumber = Annotated[
    str,
    Meta(
        pattern=rf"^{ID}{_END}",
        description="1 to 64 letters, digits, dots, dashes, underscores, colons or slashes, "
        "a letter or digit first",
    ),
]
Line = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_REASON,
        pattern=rf"^[^\s{_NO_SIGN}][^{_NO_SIGN}]*{_END}",
        description=f"one line of text of 1 to {LONGEST_REASON} characters",
    ),
]
Amount = Annotated[
    int,
    Meta(ge=1, le=MOST_AMOUNT, description=f"in whole minor units, from 1 to {MOST_AMOUNT}"),
]
Points = Annotated[int, Meta(ge=1, le=MOST_POINTS)]
Change = Annotated[
    int,
    Meta(
        ge=-MOST_POINTS,
        le=MOST_POINTS,
        description=f"a whole number, from 1 to {MOST_POINTS} up or down",
        extra_json_schema={"not": {"const": 0}},
    ),
]


# Whatever a scanner makes of a card: what is none is `card_unreadable`.
Shown = Annotated[
    str, Meta(min_length=1, max_length=100, description="text of 1 to 100 characters")
]
Contact = Annotated[
    str, Meta(min_length=1, max_length=254, description="text of 1 to 254 characters")
]


class _Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Nothing(_Body, frozen=True, kw_only=True):
    """The body of an operation that needs no more than its path."""


class Finding(_Body, frozen=True, kw_only=True):
    """What names the member in front of a till: one of these."""

    card: Shown | UnsetType = UNSET
    phone: Contact | UnsetType = UNSET
    email: Contact | UnsetType = UNSET

    def __post_init__(self) -> None:
        if sum(bool(getattr(self, by)) for by in By) != 1:
            raise FieldError("card, phone or email", "one of the three, and only one")

    @property
    def only(self) -> tuple[By, str]:
        """The one that was sent, and what it says."""
        [found] = [(by, text) for by in By if (text := getattr(self, by))]
        return found


class Earning(_Body, Timed, frozen=True, kw_only=True):
    """A purchase in a store."""

    receipt: ReceiptNumber
    amount: Amount
    currency: Line
    occurred_at: Moment


class StoreRefund(_Body, frozen=True, kw_only=True):
    """Money that a store paid back."""

    receipt: ReceiptNumber
    amount: Amount
    refund_id: OwnId | UnsetType = UNSET


class Spending(_Body, frozen=True, kw_only=True):
    """Points to be spent."""

    points: Points
    spend_id: OwnId | UnsetType = UNSET
    shown: Shown | UnsetType = UNSET


class Holding(_Body, frozen=True, kw_only=True):
    """Points to be held."""

    points: Points
    hold_id: OwnId | UnsetType = UNSET
    shown: Shown | UnsetType = UNSET


class Capturing(_Body, frozen=True, kw_only=True):
    """The points of a hold to be spent; all of them unless it says how many."""

    points: Points | UnsetType = UNSET


class Returning(_Body, frozen=True, kw_only=True):
    """A reversal: the number of points, or all that are left."""

    points: Points | UnsetType = UNSET
    return_id: OwnId | UnsetType = UNSET


class Adjustment(_Body, frozen=True, kw_only=True):
    """A correction by hand."""

    points: Change
    who: Line
    why: Line

    def __post_init__(self) -> None:
        if not self.points:
            raise FieldError("points", f"a whole number, from 1 to {MOST_POINTS} up or down")


BODIES = (
    Adjustment,
    Capturing,
    Earning,
    Finding,
    Holding,
    Nothing,
    Returning,
    Spending,
    StoreRefund,
)


def own_id(given: str | UnsetType, key: str) -> str:
    """The id that the caller chose; without one, an id derived from the Idempotency-Key."""
    return given or f"k-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def limit_of(request: Request, usual: int) -> int:
    """The number of movements on a page.

    Raises:
        RequestInvalidError: `limit` is not a whole number.
    """
    limit = whole_number(_parameter(request, "limit", str(usual)), _MOST_COUNT)
    if limit is None:
        raise RequestInvalidError("limit must be a whole number.", field="limit")
    return limit


def cursor_of(request: Request) -> str:
    """The cursor of the page; empty for the first.

    Raises:
        RequestInvalidError: It is longer than any of ours.
    """
    cursor = _parameter(request, "cursor", "")
    if len(cursor) > _MOST_CURSOR:
        raise RequestInvalidError("Invalid cursor.", field="cursor")
    return cursor


def _parameter(request: Request, name: str, usual: str) -> str:
    parameters = request.query_params
    return str(parameters.get(name, usual)) if parameters is not None else usual
