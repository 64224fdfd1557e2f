"""Finds the member in front of a till, within what its client may ask in a day."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from aftercare.kernel.clock import Clock
from aftercare.kernel.typed import email_of, is_email, phone_of
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.orders.model import email_key_of
from aftercare.points.errors import PointsInvalidError
from aftercare.points.limits import Meter

type Look = Callable[[], Member | None]
"""A look-up: the member, or nobody."""


class By(StrEnum):
    """What a member is found by."""

    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class FindService:
    """Who is found by phone or e-mail may earn points; spending them takes the card (R-PTS-28)."""

    members: MemberService
    by_card: Callable[[str], Look]
    meter: Meter
    clock: Clock

    def find(self, client_id: str, by: By, text: str) -> Member | None:
        """The open member whom that names; None for nobody, whatever the reason.

        Raises:
            CardUnreadableError: The card was read or typed wrong; nothing was looked up.
            PointsInvalidError: The phone number names no country, or the e-mail is no address.
            CardExpiredError: The card is one of ours, and its time is over.
            FindLimitError: The client has looked up a day's members (R-PTS-27).
        """
        match by:
            case By.CARD:
                return self._counted(client_id, self.by_card(text))
            case By.PHONE:
                if not (phone := phone_of(text)):
                    raise PointsInvalidError(
                        "phone", "phone must have its country's code, as in +1 415 555 0100."
                    )
                return self._counted(client_id, lambda: self.members.by_phone(phone))
            case By.EMAIL:
                if not is_email(address := email_of(text)):
                    raise PointsInvalidError("email", "email must be an e-mail address.")
                return self._counted(
                    client_id, lambda: self.members.by_email(email_key_of(address))
                )

    def _counted(self, client_id: str, look: Look) -> Member | None:
        """What a look-up finds; one that finds nobody counts more."""
        self.meter.count_find(client_id, self.clock())
        member = look()
        if member is None:
            self.meter.count_miss(client_id, self.clock())
        return member
