"""The audit trail: every read of a case is written before the case is shown (R-STF-05)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor, staff
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.staff.audit import ONCE_FOR, Act, Trace, about, new_trace
from aftercare.staff.model import Member
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.staff.store import StaffStore


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """Who read what, for auditors; what was changed is in each timeline."""

    store: "StaffStore"
    clock: Clock
    entropy: Entropy

    def record_read(self, member: Member, subject: str) -> None:
        """Writes that the member reads that return now; call it before they see it.

        Without it nothing is shown: an error of the table refuses the read.
        """
        self._record(subject, Act.READ, member.actor)

    def record_look(self, member: Member, subject: str) -> None:
        """Writes that the member sees evidence of that return, once in half an hour (R-STF-07).

        Call it before they see it: an error of the table refuses it. Of several requests at once
        one leaves the trace.
        """
        self._record_once(member, subject, Act.SAW_EVIDENCE)

    def record_find(self, member: Member, subject: str) -> None:
        """Writes that a search of the member finds that return, as `record_look`."""
        self._record_once(member, subject, Act.FOUND)

    def record_parcel(self, member: Member, subject: str) -> None:
        """Writes that the member has that return's parcel before them, as `record_look`."""
        self._record_once(member, subject, Act.SAW_PARCEL)

    @on_fresh_state
    def _record_once(self, member: Member, subject: str, act: Act) -> None:
        trace = new_trace(subject, act, member.actor, self.clock(), self.entropy)
        self.store.record_once(trace, trace.at + ONCE_FOR)

    def reads(
        self, member: Member, subject: str, before: datetime | None = None
    ) -> tuple[Trace, ...]:
        """The last hundred traces of a return, or of a member, before then, newest first.

        Looking leaves a trace, too.

        Raises:
            NotPermittedError: The member is no auditor.
        """
        require(member, "audit.read")
        found = self.store.traces(subject, before)
        self._record(subject, Act.READ_AUDIT, member.actor)
        return found

    def reads_by(
        self, member: Member, staff_id: str, before: datetime | None = None
    ) -> tuple[Trace, ...]:
        """The last hundred traces that a colleague left before then, newest first; seconds behind.

        Looking leaves a trace, too.

        Raises:
            NotPermittedError: The member is no auditor.
        """
        require(member, "audit.read")
        found = self.store.traces_by(staff(staff_id), before)
        self._record(about(staff_id), Act.READ_AUDIT, member.actor)
        return found

    def _record(self, subject: str, act: Act, actor: Actor) -> None:
        self.store.record(new_trace(subject, act, actor, self.clock(), self.entropy))
