"""A hand-over code: six digits that a customer shows at a counter, for one case, once.

A paper code has sixteen and is printed, for who began at a counter: good for weeks, at each one.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from aftercare.access.model import Limit
from aftercare.desk.ticket import Topic
from aftercare.kernel.actor import Actor
from aftercare.kernel.typed import digits_in

LIFETIME = timedelta(minutes=15)
PAPER_LASTS = timedelta(days=60)
KEPT = timedelta(minutes=105)
"""So long after its end, whoever redeemed it finds the ticket by it."""
COUNTER_LASTS = timedelta(hours=8)
MOST_A_DAY = 40
"""Codes of one case and day of UTC: the digits are few, and every live one is easier to guess."""
_DIGITS, _PAPER_DIGITS = 6, 16

# Every try counts as a miss until it finds something. A counter makes typing errors, and a thief
# wants thousands of tries: with a thousand live codes, 10 tries in an hour find one in a hundred.
MISSES_OF_STAFF = Limit("hand-over-staff", most=10, seconds=3600)
MISSES_OF_CLIENT = Limit("hand-over-client", most=10, seconds=3600)
MISSES_OF_ALL = Limit("hand-over-all", most=600, seconds=3600)


class Case(NamedTuple):
    """What a code hands over: a ticket with all that follows it, or what is said about a return.

    `ticket_id` is empty of a return about which nobody wrote yet; then the other fields say what a
    ticket of it is about. `return_number` is the return's own ticket number.
    """

    name: str
    email_key: str
    language: str
    ticket_id: str = ""
    topic: str = Topic.RETURN
    order_number: str = ""
    return_id: str = ""
    return_number: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The one code of a case that counts. Its digits come of its id, so that no table has them."""

    hand_over_id: str
    digest: str
    case: Case
    asked_at: datetime
    asked_that_day: int = 1
    used_by: Actor | None = None
    ticket_id: str = ""
    is_paper: bool = False

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + (PAPER_LASTS if self.is_paper else LIFETIME)

    @property
    def day(self) -> date:
        return self.asked_at.date()

    def is_live(self, now: datetime) -> bool:
        return self.used_by is None and now < self.expires_at


class Shown(NamedTuple):
    """What a customer shows: six digits, or the sixteen of a paper code, and until when."""

    digits: str
    until: datetime
    is_paper: bool = False


def digits_of(key: bytes, hand_over_id: str, *, is_paper: bool = False) -> str:
    """The code's digits, the same each time that the page is shown."""
    label, length = ("paper", _PAPER_DIGITS) if is_paper else ("hand-over", _DIGITS)
    digest = hmac.digest(key, f"{label}:{hand_over_id}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % 10**length:0{length}d}"


def paper_code_in(text: str) -> str:
    """The sixteen digits of a paper code in a text; empty if there are none."""
    return digits_in(text, _PAPER_DIGITS)


def digest_of(key: bytes, digits: str) -> str:
    """What a table knows a code by; it is keyed, since there are only a million codes."""
    return hmac.new(key, f"hand-over stored:{digits}".encode(), hashlib.sha256).hexdigest()
