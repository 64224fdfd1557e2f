"""Tells members what became of their points where they can't see it happen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.timeline import Entry
from aftercare.mail.model import POINTS_LAPSED, Mail, Outcome, Send
from aftercare.members.service import MemberService

if TYPE_CHECKING:
    from aftercare.points.store import PointsStore


@dataclass(frozen=True, slots=True)
class NoticeService:
    """Notices as the mailer sends them."""

    store: "PointsStore"
    members: MemberService

    def send_lapsed(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells a member that returned points had already expired; None if they left.

        `entry` is the LAPSED_ON_RETURN that says so.

        Raises:
            MemberNotFoundError: There is no such member.
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        member = self.members.get(entry.subject)
        if not member.is_open or self.store.was_mailed(entry.entry_id):
            return None
        values = {"points": entry.fact("points", int)}
        mail = Mail(POINTS_LAPSED, entry.entry_id, member.email, values, member.language)
        return send(mail)
