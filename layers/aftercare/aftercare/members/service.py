"""What other rooms and the shop's events ask of members."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, is_id
from aftercare.members.errors import MemberNotFoundError
from aftercare.members.model import Member, MemberTold, fold

if TYPE_CHECKING:
    from aftercare.members.store import MemberStore


@dataclass(frozen=True, slots=True)
class MemberService:
    """The shop owns members; here they are only read, kept up and closed."""

    store: "MemberStore"
    clock: Clock = utc_now
    entropy: Entropy = secrets.randbits

    @on_fresh_state
    def record(self, event: MemberTold) -> Member:
        """Folds one of the shop's events into its member; late or repeated ones change nothing.

        Raises:
            StaleWriteError: Too many events for this member at once; try again.
        """
        member = self.store.get(event.member_id)
        after = fold(member, event)
        if after != member:
            self.store.save(after)
        return after

    def get(self, member_id: str) -> Member:
        """The member, open or closed.

        Raises:
            MemberNotFoundError: There is none; the same for an id that cannot be one.
        """
        member = self.store.get(member_id) if is_id(member_id, "mem") else None
        if member is None:
            raise MemberNotFoundError
        return member

    def by_email(self, email_key: str) -> Member | None:
        """The open member with that mailbox, if there is one; a change shows within seconds."""
        return self.store.by_email(email_key)

    @on_fresh_state
    def close(self, member_id: str) -> Member:
        """Ends a membership and forgets the address. A repeat changes nothing.

        For `PointsService.close` alone, which forfeits the points first (R-PTS-09).

        Raises:
            MemberNotFoundError: There is none.
        """
        member = self.get(member_id)
        if member.is_open:
            self.store.save(member.close())
        return member.close()
