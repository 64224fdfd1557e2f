"""Closes the account of somebody who is erased; the ledger stays, under the member's id."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.points import ledger
from aftercare.points.journal import Journal
from aftercare.points.model import Account
from aftercare.points.posting import Kind, Operation, Posting
from aftercare.points.request import Caller, request_of
from aftercare.points.statement import Movement

if TYPE_CHECKING:
    from aftercare.points.erasing_store import ReasonEraser
    from aftercare.points.service import PointsService

# The same operation as a closing that the shop asks for: an account is closed once.
_SHOP = Caller("shop")


@dataclass(frozen=True, slots=True)
class MemberErasing:
    """What members and points hold of a person, and how they forget it (R-ERA-01)."""

    journal: Journal
    points: "PointsService"
    reasons: "ReasonEraser"

    @property
    def members(self) -> MemberService:
        return self.journal.members

    def held(self, email_key: str) -> tuple[Member, ...]:
        """Every open member with that mailbox."""
        return self.members.every_by_email(email_key)

    def balance(self, member_id: str) -> int:
        """The points that would be forfeited: what is available, and what is held."""
        balance = self.points.balance(member_id)
        return balance.available + balance.held

    def movements(self, member_id: str) -> tuple[Movement, ...]:
        """The member's whole statement, newest first."""
        return self.points.movements(member_id)

    def erase(self, member_id: str, *, actor: Actor) -> None:
        """Forfeits all points, closes the account, forgets the address (R-PTS-09, R-ERA-01).

        Active orders do not stand against it: nobody has to wait for a parcel to be forgotten. Why
        somebody adjusted points is forgotten, too, since it may name the member. Safe to repeat
        after a crash anywhere: the address, which finds the member, goes last.

        Raises:
            MemberNotFoundError: There is no such member.
            StaleWriteError, BusyError: Too many changes to this member at once; try again.
        """
        self.reasons.forget(member_id)
        operation_id = f"{Kind.FORFEIT}#{member_id}"
        request = request_of(member_id, operation_id, Kind.FORFEIT, _SHOP, actor=actor)
        self.journal.post(request, _forfeited)
        self.members.close(member_id, actor=actor)


def _forfeited(account: Account, operation: Operation) -> Posting:
    return ledger.forfeit(account, operation)
