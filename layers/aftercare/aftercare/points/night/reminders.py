"""Sends a reminder: once, of what is still there, to who wants it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import Clock, local_day
from aftercare.kernel.errors import MailRefusedError, StaleWriteError
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.points.model import Lots
from aftercare.points.night.model import Ledger, Reminder

if TYPE_CHECKING:
    from aftercare.points.night.store import NightStore

type Mail = Callable[[Member, Lots], None]
"""Sends a member the mail of these points by due day, or raises `MailRefusedError`."""


@dataclass(frozen=True, slots=True)
class ReminderService:
    """Reminders as the mailer sends them."""

    store: "NightStore"
    ledger: Ledger
    members: MemberService
    zone: ZoneInfo
    clock: Clock

    def send(self, member_id: str, scheduled: date, mail: Mail) -> bool:
        """Sends that day's reminder, unless there is nothing to say or it was sent; tells which.

        Only what can still be spent is told of, and only to members who did not opt out. Claimed
        before it is sent: a mail may be lost with its worker, and never comes twice.

        Raises:
            MemberNotFoundError: There is no such member.
            MailRefusedError: The mail was surely not sent; the same again may succeed.
        """
        reminder = self.store.reminder(scheduled, member_id)
        if reminder is None or reminder.is_claimed:
            return False
        member = self.members.get(member_id)
        if not (member.is_open and member.reminders):
            return False
        lots = self._left(reminder)
        return bool(lots) and self._send_once(reminder, lambda: mail(member, lots))

    def _send_once(self, reminder: Reminder, send: Callable[[], None]) -> bool:
        try:
            self.store.claim_reminder(reminder, self.clock())
        except StaleWriteError:
            return False
        try:
            send()
        except MailRefusedError:
            self.store.release_reminder(reminder)
            raise
        return True

    def _left(self, reminder: Reminder) -> Lots:
        live = self.ledger.account(reminder.member_id).live(local_day(self.clock(), self.zone))
        return {due: live[due] for due in reminder.dues if due in live}
