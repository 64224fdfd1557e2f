"""A member's card for tills: a number of digits that we made minutes ago, and nobody else can make.

28 digits: the member's own card number (10), the step of time in which the card was made (3), a
keyed tag (13) and two check digits (ISO 7064 MOD 97-10, as in an IBAN).
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.kernel.ids import Entropy
from aftercare.kernel.typed import folded
from aftercare.members.errors import CardExpiredError, CardMismatchError, CardUnreadableError

# Within one step the card stays the same. A member who pays twice asks for another one.
STEP = timedelta(seconds=30)
# How long the page says that a card is good; a till takes it for as long again, as people queue.
SHOWN_FOR = timedelta(minutes=5)
TAKEN_FOR = 2 * SHOWN_FOR

_NUMBER, _PLACE, _TAG, _CHECK = 10, 3, 13, 2
LENGTH = _NUMBER + _PLACE + _TAG + _CHECK
_CARD = re.compile(rf"(\d{{{_NUMBER}}})(\d{{{_PLACE}}})(\d{{{_TAG}}})\d{{{_CHECK}}}", re.ASCII)
_BETWEEN = re.compile(r"[ -]")
_STEPS = 10**_PLACE
# A step that the clock of another of our machines has begun already.
_AHEAD = 2
_MODULUS, _REMAINDER = 97, 1


@dataclass(frozen=True, slots=True)
class Card:
    """What a member shows: 28 digits, and until when the page calls them good."""

    digits: str
    good_until: datetime


@dataclass(frozen=True, slots=True)
class ReadCard:
    """The parts of a card that was read without a slip; whether it is one of ours is not known."""

    number: str
    place: int
    tag: str


def new_number(entropy: Entropy) -> str:
    """A random card number; one in 18 quintillion values of 64 bits is favoured by a hair."""
    return f"{entropy(64) % 10**_NUMBER:0{_NUMBER}d}"


def card_at(key: bytes, number: str, now: datetime) -> Card:
    """The card of that number as it is made now."""
    step = _step_of(now)
    body = f"{number}{step % _STEPS:0{_PLACE}d}{_tag(key, number, step)}"
    return Card(f"{body}{_check_digits(body)}", now + SHOWN_FOR)


def read_card(text: str) -> ReadCard:
    """The card in what a scanner or a cashier's fingers sent.

    Raises:
        CardUnreadableError: It is not 28 digits, or one of them is wrong, or two are swapped.
    """
    digits = _BETWEEN.sub("", folded(text))
    found = _CARD.fullmatch(digits)
    if not found or int(digits) % _MODULUS != _REMAINDER:
        raise CardUnreadableError
    number, place, tag = found.groups()
    return ReadCard(number, int(place), tag)


def proven(key: bytes, card: ReadCard, now: datetime) -> str:
    """The name of a card that we made in the last ten minutes: the same for the same card.

    Raises:
        CardMismatchError: We did not make it, or hours ago.
        CardExpiredError: We made it, and its time is over.
    """
    step = _step_of(now) + _AHEAD
    step -= (step - card.place) % _STEPS
    if not hmac.compare_digest(card.tag, _tag(key, card.number, step)):
        raise CardMismatchError
    if (_step_of(now) - step) * STEP > TAKEN_FOR:
        raise CardExpiredError
    return f"{card.number}#{step}"


def _step_of(now: datetime) -> int:
    return int(now.timestamp()) // int(STEP.total_seconds())


def _tag(key: bytes, number: str, step: int) -> str:
    digest = hmac.digest(key, f"card:{number}:{step}".encode(), "sha256")
    return f"{int.from_bytes(digest[:16]) % 10**_TAG:0{_TAG}d}"


def _check_digits(body: str) -> str:
    left = int(body) * 10**_CHECK % _MODULUS
    return f"{(_MODULUS + _REMAINDER - left) % _MODULUS:0{_CHECK}d}"
