"""Members' cards: shown on My points, read at tills (R-MBR-07)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.members.card import Card, ReadCard, card_at, new_number, proven, read_card
from aftercare.members.errors import CardMismatchError, CardRequiredError
from aftercare.members.model import Member
from aftercare.members.service import MemberService

if TYPE_CHECKING:
    from aftercare.members.card_store import CardStore

type Proof = Callable[[datetime], str]
"""Proves at a time what a member showed, and returns the name of it."""

type Key = Callable[[], bytes]
"""The key of the tags, read when a card is shown or proved."""


@dataclass(frozen=True, slots=True)
class CardService:
    """A member's card number is random, given once, and kept; a card proves it for minutes."""

    store: "CardStore"
    members: MemberService
    key: Key
    clock: Clock
    entropy: Entropy

    def show(self, member_id: str) -> Card:
        """The member's card as of now; at the first time the member gets a card number.

        Raises:
            StaleWriteError, BusyError: Too many asked for this member's first card at once.
        """
        return card_at(self.key(), self._number(member_id), self.clock())

    def reading(self, text: str) -> Callable[[], Member | None]:
        """What looks up, when it is called, the open member who shows that card.

        It returns None for a card that is none of ours, or whose member has left. It raises
        `CardExpiredError` for one of ours whose time is over.

        Raises:
            CardUnreadableError: It was read or typed wrong.
        """
        return partial(self._find, read_card(text))

    def _find(self, card: ReadCard) -> Member | None:
        try:
            proven(self.key(), card, self.clock())
        except CardMismatchError:
            return None
        if not (member_id := self.store.member_of(card.number)):
            return None
        member = self.members.get(member_id)
        return member if member.is_open else None

    def proof(self, member_id: str, text: str, *, required: bool) -> Proof | None:
        """What proves, when it is called, that this member shows that card; it returns its name.

        None without a card, where none is `required`. Calling it raises `CardMismatchError` for a
        card that is not this member's, or none of ours, and `CardExpiredError` for one whose time
        is over.

        Raises:
            CardUnreadableError: It was read or typed wrong.
            CardRequiredError: There is none, and the client has to send one (R-PTS-28).
        """
        if not text:
            if required:
                raise CardRequiredError
            return None
        card = read_card(text)

        def prove(now: datetime) -> str:
            name = proven(self.key(), card, now)
            if self.store.member_of(card.number) != member_id:
                raise CardMismatchError
            return name

        return prove

    @on_fresh_state
    def _number(self, member_id: str) -> str:
        number = self.store.number_of(member_id)
        if not number:
            number = new_number(self.entropy)
            self.store.give(member_id, number)
        return number
