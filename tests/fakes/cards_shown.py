"""Members' cards as My points shows them."""

from datetime import datetime

from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read
from aftercare.members.card import card_at
from aftercare.members.cards import CardService
from aftercare.members.wiring import MembersConfig, card_service
from tests.fakes.browser import SIGNING_KEY


def cards(now: datetime | None = None) -> CardService:
    """The house's cards, at that time."""
    return card_service(read(MembersConfig), SIGNING_KEY.encode, clock=lambda: now or utc_now())


def card_of(member_id: str, now: datetime | None = None) -> str:
    """The digits that the member shows."""
    return cards(now).show(member_id).digits


def forged(number: str = "0412000017") -> str:
    """A card with fitting check digits, of whoever has another key."""
    return card_at(b"another key", number, utc_now()).digits
