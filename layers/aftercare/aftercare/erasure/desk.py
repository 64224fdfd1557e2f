"""Erasures by staff: one lead asks, another one confirms or declines."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.erasure.errors import (
    AddressInvalidError,
    ErasureEndedError,
    ErasureNotFoundError,
    SecondPersonError,
)
from aftercare.erasure.model import Erasure, ErasureState, Why
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import Timer
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, is_id, new_id
from aftercare.kernel.typed import email_of, is_email
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Member
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.erasure.store import ErasureStore

ERASE, CONFIRM = "customers.erase", "customers.confirm_erasure"
DUE = "due.erasure"


@dataclass(frozen=True, slots=True)
class ErasureDesk:
    """Who asked for which erasure, and who confirmed it (R-ERA-03).

    Nothing is erased here: a confirmed erasure goes on within a minute, by its timer.
    """

    store: "ErasureStore"
    clock: Clock
    entropy: Entropy

    def newest(self, member: Member) -> tuple[Erasure, ...]:
        """The 50 newest erasures, newest first.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, ERASE)
        return self.store.newest()

    def ask(self, member: Member, email: str, why: Why) -> Erasure:
        """Asks for the erasure of whoever has that address; somebody else has to confirm it.

        If one is live already, it is returned as it is: a repeat changes nothing.

        Raises:
            NotPermittedError: Not with these roles.
            AddressInvalidError: That is no e-mail address.
        """
        require(member, ERASE)
        return self._begin(email, why, member.actor)

    def begin(self, email: str, why: Why, *, actor: Actor) -> Erasure:
        """An operator's erasure: confirmed at once. One that staff asked for is confirmed by it.

        Raises:
            AddressInvalidError: That is no e-mail address.
        """
        erasure = self._begin(email, why, actor)
        if erasure.state is ErasureState.ASKED:
            return self._confirmed(erasure.erasure_id, actor)
        return erasure

    def confirm(self, member: Member, erasure_id: str) -> Erasure:
        """Confirms another member's request: it begins within a minute. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ErasureNotFoundError: There is none of that id.
            SecondPersonError: The member asked for it.
            ErasureEndedError: Somebody declined or confirmed it meanwhile.
        """
        require(member, CONFIRM)
        if self.get(erasure_id).asked_by == member.actor:
            raise SecondPersonError(erasure_id)
        return self._confirmed(erasure_id, member.actor)

    @on_fresh_state
    def decline(self, member: Member, erasure_id: str) -> Erasure:
        """Ends a request that was not confirmed; also one's own. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ErasureNotFoundError: There is none of that id.
            ErasureEndedError: Somebody confirmed or declined it meanwhile.
        """
        require(member, ERASE)
        erasure = self.get(erasure_id)
        if (erasure.state, erasure.decided_by) == (ErasureState.DECLINED, member.actor):
            return erasure
        if erasure.state is not ErasureState.ASKED:
            raise ErasureEndedError(erasure_id, erasure.state)
        after = erasure.declined(member.actor, self.clock())
        self.store.save(after, ends=erasure.email_key)
        return after

    def get(self, erasure_id: str) -> Erasure:
        """The erasure.

        Raises:
            ErasureNotFoundError: There is none of that id.
        """
        erasure = self.store.get(erasure_id) if is_id(erasure_id, "era") else None
        if erasure is None:
            raise ErasureNotFoundError
        return erasure

    @on_fresh_state
    def _confirmed(self, erasure_id: str, actor: Actor) -> Erasure:
        erasure = self.get(erasure_id)
        if erasure.is_under_way and erasure.decided_by == actor:
            return erasure
        if erasure.state is not ErasureState.ASKED:
            raise ErasureEndedError(erasure_id, erasure.state)
        now = self.clock()
        after = erasure.confirmed(actor, now)
        self.store.save(after, Timer(DUE, erasure_id, now))
        return self.get(erasure_id)

    def _begin(self, email: str, why: Why, actor: Actor) -> Erasure:
        address, now = email_of(email), self.clock()
        if not is_email(address):
            raise AddressInvalidError
        email_key = email_key_of(address)
        if live := self.store.live_of(email_key):
            return live
        erasure_id = new_id("era", now, self.entropy)
        erasure = Erasure(erasure_id, address, email_key, why, actor, now)
        try:
            self.store.begin(erasure)
        except StaleWriteError:  # somebody else asked in this moment
            if live := self.store.live_of(email_key):
                return live
            raise
        return self.get(erasure_id)
