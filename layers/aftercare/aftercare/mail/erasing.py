"""Forgets a mailbox: that its mail came back, and since when it gets none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.kernel.timeline import Entry
    from aftercare.mail.model import Suppression
    from aftercare.mail.store import MailStore


@dataclass(frozen=True, slots=True)
class MailboxErasing:
    """What the mail room holds of a person, and how it forgets it (R-ERA-01).

    That a mail was sent is kept under the id of what it was about, which names nobody.
    """

    store: "MailStore"

    def held(self, email_key: str) -> "tuple[Suppression | None, tuple[Entry, ...]]":
        """The mailbox's suppression, and every time that it changed."""
        return self.store.suppression(email_key), self.store.history(email_key)

    def erase(self, email_key: str) -> int:
        """Removes everything about the mailbox; returns how many items. Safe to repeat."""
        return self.store.forget(email_key)
