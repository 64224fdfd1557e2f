"""Sends each mail as often as its kind promises; keeps mailboxes that must get none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.erased import ErasedAt, nobody
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.mail.errors import (
    MailboxNotSuppressedError,
    MailDeferredError,
    MailRejectedError,
    MailUncertainError,
)
from aftercare.mail.model import Feedback, Letter, Mail, Outcome, Promise, Suppression
from aftercare.orders.model import email_key_of

if TYPE_CHECKING:
    from aftercare.mail.store import MailStore

SUPPRESSED = "mail.suppressed"
LIFTED = "mail.suppression_lifted"

# What comes back within a month of an erasure is about a mail from before it.
_LATE = timedelta(days=30)

type Render = Callable[[Mail], Letter]
type Dispatch = Callable[[str, Letter], None]


@dataclass(frozen=True, slots=True)
class MailboxService:
    """Mailboxes that bounced or complained: no mail goes there until an operator lifts it."""

    store: "MailStore"
    clock: Clock
    entropy: Entropy
    erased: ErasedAt = nobody

    def suppression(self, email: str) -> Suppression | None:
        """The mailbox's suppression, lifted or not; None if it never had one."""
        return self.store.suppression(email_key_of(email))

    def history(self, email: str) -> tuple[Entry, ...]:
        """Every suppression and lifting of the mailbox, oldest first."""
        return self.store.history(email_key_of(email))

    def suppress(self, feedback: Feedback, *, actor: Actor) -> None:
        """Ends mail to the mailboxes of a bounce or complaint (R-EML-03).

        A repeat changes nothing, and neither does feedback from before an operator lifted it, or
        about somebody who was erased less than a month before (R-ERA-05).

        Raises:
            StaleWriteError: Too many changes of one mailbox at once; try again.
        """
        for email in feedback.emails:
            self._suppress(email_key_of(email), feedback, actor)

    @on_fresh_state
    def lift(self, email: str, *, actor: Actor) -> Suppression:
        """Lets mail go to the mailbox again. Mails that were suppressed are not sent later.

        Raises:
            MailboxNotSuppressedError: It is not suppressed.
        """
        suppression = self.suppression(email)
        if suppression is None or not suppression.is_active:
            raise MailboxNotSuppressedError
        now = self.clock()
        lifted = replace(suppression, lifted_at=now, lifted_by=actor)
        self.store.save(lifted, self._entry(LIFTED, lifted, now, actor))
        return lifted

    @on_fresh_state
    def _suppress(self, email_key: str, feedback: Feedback, actor: Actor) -> None:
        stored = self.store.suppression(email_key)
        if stored is not None and stored.covers(feedback):
            return
        erased_at = self.erased(email_key)
        if erased_at is not None and feedback.occurred_at <= erased_at + _LATE:
            return
        suppression = Suppression(
            email_key,
            feedback.reason,
            feedback.detail,
            since=feedback.occurred_at,
            version=stored.version if stored else None,
        )
        entry = self._entry(SUPPRESSED, suppression, self.clock(), actor)
        self.store.save(suppression, entry)

    def _entry(self, what: str, suppression: Suppression, now: datetime, actor: Actor) -> Entry:
        data = {"reason": str(suppression.reason), "detail": suppression.detail}
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, what, suppression.email_key, now, data, actor=actor)


@dataclass(frozen=True, slots=True)
class MailService:
    """The one way in which a customer gets a mail."""

    store: "MailStore"
    render: Render
    dispatch: Dispatch
    clock: Clock
    entropy: Entropy

    def send(self, mail: Mail, *, actor: Actor) -> Outcome:
        """Sends the mail unless it was sent, refused for good or suppressed before.

        A retry is safe: it keeps the promise of the mail's kind, and after an end it changes
        nothing. A mail has also ended if its mailbox is suppressed (R-EML-03), or if SES refuses it
        for good (R-EML-04).

        Raises:
            MailHeldError: Another worker is sending it, or died doing so; try again later.
            MailDeferredError: SES did not take it; try again later.
            MailUncertainError: SES may have taken it. The same again sends it only if its promise
                is UNTIL_SENT.
        """
        # What can fail without having been sent comes before a claim that may be for good.
        suppression = self.store.suppression(email_key_of(mail.to))
        letter = self.render(mail)
        now = self.clock()
        claim = self.store.claim(mail, new_id("clm", now, self.entropy), now, actor)
        if claim is None:
            return Outcome.REPEATED
        outcome, detail = Outcome.SUPPRESSED, ""
        if suppression is None or not suppression.is_active:
            try:
                outcome, detail = self._dispatch(mail.to, letter)
            except (MailDeferredError, MailUncertainError) as error:
                is_unsent = isinstance(error, MailDeferredError)
                if is_unsent or mail.kind.promise is Promise.UNTIL_SENT:
                    self.store.release(claim)
                raise
        self.store.settle(claim, outcome, self.clock(), detail)
        return outcome

    def _dispatch(self, to: str, letter: Letter) -> tuple[Outcome, str]:
        try:
            self.dispatch(to, letter)
        except MailRejectedError as error:
            return Outcome.REFUSED, error.reason
        return Outcome.SENT, ""
