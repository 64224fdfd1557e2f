"""The members room's verbs: fold in the shop's events, look members up, close a membership."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock, implausible
from aftercare.kernel.erased import ErasedAt, nobody
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, is_id, new_id
from aftercare.kernel.timeline import Entry
from aftercare.members.errors import MemberEventInvalidError, MemberNotFoundError
from aftercare.members.model import (
    Member,
    MemberEvent,
    change_of,
    fold,
    phone_key_of,
    replaceable,
)

if TYPE_CHECKING:
    from aftercare.members.store import MemberStore

CHANGED = "member.changed"


@dataclass(frozen=True, slots=True)
class MemberService:
    """The shop owns members; this copy follows its events (R-MBR-01)."""

    store: "MemberStore"
    clock: Clock
    entropy: Entropy
    erased: ErasedAt = nobody

    @on_fresh_state
    def record(self, event: MemberEvent, *, actor: Actor) -> Member:
        """Folds one of the shop's events into its member and commits a `member.changed` entry.

        A late or repeated event that changes nothing writes nothing; a retry is safe. A time in
        the future that an earlier version stored gives way to the event's (R-MBR-05). The address
        of somebody who was erased since the event is not taken: a new member is closed (R-ERA-05).

        Raises:
            MemberEventInvalidError: The event's time can't be true; nothing was written.
            StaleWriteError: Too many events for this member at once; try again.
            BusyError: As above.
        """
        now = self.clock()
        if reason := implausible(event.occurred_at, now):
            raise MemberEventInvalidError(f"occurred_at is {reason}.", field="occurred_at")
        member = self.store.get(event.member_id)
        after = self._impersonal(member, fold(replaceable(member, now), event), event)
        if after != member:
            self.store.save(after, self._changed(member, after, actor))
        return after

    def get(self, member_id: str) -> Member:
        """The member, open or closed.

        Raises:
            MemberNotFoundError: There is none, or the id is not well-formed.
        """
        member = self.store.get(member_id) if is_id(member_id, "mem") else None
        if member is None:
            raise MemberNotFoundError
        return member

    def by_email(self, email_key: str) -> Member | None:
        """The open member with that mailbox, if there is one; a change shows within seconds."""
        return self.store.by_email(email_key)

    def every_by_email(self, email_key: str) -> tuple[Member, ...]:
        """All open members with that mailbox; a change shows within seconds."""
        return self.store.every_by_email(email_key)

    def by_phone(self, phone: str) -> Member | None:
        """The open member with that phone number, in E.164's form; a change shows within seconds.

        None, too, if several have it: nobody guesses who of them is meant.
        """
        found = self.store.every_by_phone(phone_key_of(phone))
        return found[0] if len(found) == 1 else None

    @on_fresh_state
    def set_reminders(self, member_id: str, *, wanted: bool, actor: Actor) -> Member:
        """Ends a member's reminders, or has them again (R-PTS-25). A repeat changes nothing.

        The shop's later events don't bring them back. A closed member has none.

        Raises:
            MemberNotFoundError: There is none.
            StaleWriteError, BusyError: Too many changes to this member at once; try again.
        """
        member = self.get(member_id)
        after = member.remind(wanted=wanted)
        if member.is_open and after != member:
            self.store.save(after, self._changed(member, after, actor))
            return after
        return member

    @on_fresh_state
    def close(self, member_id: str, *, actor: Actor) -> Member:
        """Ends a membership and forgets the address. A repeat changes nothing.

        For `PointsService.close` alone, which forfeits the points first (R-PTS-09).

        Raises:
            MemberNotFoundError: There is none.
            StaleWriteError, BusyError: Too many changes to this member at once; try again.
        """
        member = self.get(member_id)
        closed = member.close()
        if member.is_open:
            self.store.save(closed, self._changed(member, closed, actor))
        return closed

    def timeline(self, member_id: str) -> tuple[Entry, ...]:
        """The member's entries of the last 400 days, oldest first.

        Raises:
            MemberNotFoundError: There is none.
        """
        return self.store.timeline(self.get(member_id))

    def _impersonal(self, before: Member | None, after: Member, event: MemberEvent) -> Member:
        """The member without an address whose person was erased since the event.

        Who was erased is asked only when the event brings a new address.
        """
        if not after.email or (before is not None and before.email == after.email):
            return after
        erased_at = self.erased(after.email_key)
        if erased_at is None or event.occurred_at > erased_at:
            return after
        if before is None:
            return after.close()
        return replace(after, email=before.email, phone=before.phone)

    def _changed(self, before: Member | None, after: Member, actor: Actor) -> Entry:
        now = self.clock()
        data = {
            "version": str((after.version or 0) + 1),
            "changed": change_of(before, after),
            "status": after.status,
        }
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, CHANGED, after.member_id, now, data, actor=actor)
