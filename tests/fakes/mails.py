"""The mail room with a fake SES that records mails and returns prepared responses."""

import base64
import email
import email.policy
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.mail.errors import MailHeldError
from aftercare.mail.model import LEASE, Letter, Mail, Outcome, Promise
from aftercare.mail.service import MailboxService, MailService
from aftercare.mail.store import Claim, MailStore
from tests.fakes.aws import Json, answering

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
class MemoryMail:
    """`MailStore` in memory, as far as sending needs it. Only one thread at a time may use it."""

    claims: dict[str, Claim] = field(default_factory=dict)
    leased_until: dict[str, datetime] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def suppression(self, _email_key: str) -> None:
        return None

    def claim(self, mail: Mail, claim_id: str, now: datetime, _actor: Actor) -> Claim | None:
        if mail.key in self.outcomes:
            return None
        if mail.key in self.claims:
            until = self.leased_until.get(mail.key)
            if until is None:
                return None
            if now < until:
                raise MailHeldError
        if mail.kind.promise is Promise.UNTIL_SENT:
            self.leased_until[mail.key] = now + LEASE
        self.claims[mail.key] = claim = Claim(mail.key, claim_id)
        return claim

    def settle(self, claim: Claim, outcome: Outcome, _now: datetime, _detail: str = "") -> None:
        self.outcomes[claim.mail_key] = outcome

    def release(self, claim: Claim) -> None:
        if self.claims.get(claim.mail_key) == claim:
            del self.claims[claim.mail_key]


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


@dataclass(frozen=True)
class Posted:
    """A mail as SES is asked to send it."""

    request: Json
    message: EmailMessage

    @property
    def to(self) -> list[str]:
        """The addresses that it goes to."""
        names = (name for name in self.request if name.startswith("Destinations."))
        return [self.request[name] for name in names]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        return str(part.get_content()).replace("\r\n", "\n")


def posted(request: Json) -> Posted:
    """The mail of one request to SES."""
    return Posted(request, message_in(base64.b64decode(request["RawMessage.Data"])))


def message_in(raw: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@contextmanager
def posting() -> Iterator[list[Posted]]:
    """What SES takes meanwhile."""
    sent: list[Posted] = []

    def take(request: Json) -> Json:
        sent.append(posted(request))
        return {"MessageId": "m-1"}

    with answering("ses", "SendRawEmail", take, once=True):
        yield sent
