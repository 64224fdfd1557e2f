"""The mail room with a fake SES that records mails and returns prepared responses."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from aftercare.kernel.clock import Clock
from aftercare.mail.model import Letter, Mail, Outcome
from aftercare.mail.service import MailboxService, MailService
from aftercare.mail.store import MailStore

SITE = "http://localhost:8787"


@dataclass
class Outbox:
    """Records sent mails. `answers` are raised first, one per mail."""

    sent: list[Mail] = field(default_factory=list)
    answers: list[BaseException] = field(default_factory=list)
    _rendered: list[Mail] = field(default_factory=list)

    def render(self, mail: Mail) -> Letter:
        self._rendered.append(mail)
        return Letter(mail.kind.name, str(mail.values), "")

    def dispatch(self, to: str, letter: Letter) -> None:
        mail = self._rendered[-1]
        assert (mail.to, mail.kind.name) == (to, letter.subject)
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(mail)


@dataclass
class Mailbox:
    """Accepts all mails and records their codes."""

    mails: list[Mail] = field(default_factory=list)

    def __call__(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        return Outcome.SENT

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The codes sent, by address."""
        return [(mail.to, str(mail.values["code"])) for mail in self.mails]


def mails_on(tables: Mapping[str, str], outbox: Outbox, clock: Clock) -> MailService:
    """The room's service on these tables, which sends to the outbox."""
    store = MailStore(tables["MailTable"])
    return MailService(store, outbox.render, outbox.dispatch, clock, secrets.randbits)


def mailboxes_on(tables: Mapping[str, str], clock: Clock) -> MailboxService:
    return MailboxService(MailStore(tables["MailTable"]), clock, secrets.randbits)
