"""Sends each opted-in member one reminder of unspent points."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import Clock, local_day
from aftercare.mail.model import POINTS_REMINDER, Mail, Outcome, Send
from aftercare.members.service import MemberService
from aftercare.points.model import Lots, total
from aftercare.points.night.model import Reminder
from aftercare.points.unsubscribing import path_of

if TYPE_CHECKING:
    from aftercare.points.night.store import NightStore
    from aftercare.points.store import PointsStore


@dataclass(frozen=True, slots=True)
class ReminderService:
    """Reminders as the mailer sends them."""

    store: "NightStore"
    accounts: "PointsStore"
    members: MemberService
    zone: ZoneInfo
    clock: Clock
    secret: Callable[[], bytes]

    def send(self, member_id: str, scheduled: date, send: Send) -> Outcome | None:
        """Sends that day's reminder; None if there is nothing to remind the member of.

        It lists only points that can still be spent, and goes only to members who did not opt out.

        Raises:
            MemberNotFoundError: There is no such member.
            UnavailableError: As `MailService.send`; try again later.
        """
        reminder = self.store.reminder(scheduled, member_id)
        # Before mails had claims of their own, a reminder was claimed in its own item.
        if reminder is None or reminder.is_claimed:
            return None
        member = self.members.get(member_id)
        if not member.wants_reminders:
            return None
        lots = self._left(reminder)
        if not lots:
            return None
        mail_id = f"rem_{scheduled}_{member_id}"
        values = {"points": total(lots), "days": sorted(lots.items())}
        stop = path_of(self.secret(), member_id)
        mail = Mail(POINTS_REMINDER, mail_id, member.email, values, member.language)
        return send(replace(mail, unsubscribe=stop))

    def _left(self, reminder: Reminder) -> Lots:
        live = self.accounts.account(reminder.member_id).live(local_day(self.clock(), self.zone))
        return {due: live[due] for due in reminder.dues if due in live}
