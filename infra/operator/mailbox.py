"""Shows whether a mailbox gets mail, and why not; lets mail go there again."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from aftercare.kernel.timeline import Entry
from aftercare.kernel.typed import email_of, is_email
from aftercare.mail.errors import MailboxNotSuppressedError
from aftercare.mail.model import Suppression
from aftercare.mail.service import SUPPRESSED, MailboxService
from aftercare.mail.wiring import MailboxConfig, mailbox_service
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm
from infra.operator.target import Target, target


def show(arguments: Namespace) -> None:
    """Print the mailbox's record."""
    email = address(arguments)
    service = _mailboxes(target(arguments))
    print(shown(service.suppression(email), service.history(email)))


def lift(arguments: Namespace) -> None:
    """Print the mailbox's record, ask, and lift its suppression.

    Mails that were suppressed are not sent later.
    """
    email = address(arguments)
    stack = target(arguments)
    service = _mailboxes(stack)
    suppression = service.suppression(email)
    if suppression is None or not suppression.is_active:
        raise MailboxNotSuppressedError
    print(shown(suppression, service.history(email)))
    confirm(arguments, stack, f"let mail go to {email} again")
    service.lift(email, actor=actor_of(arguments))
    print("Mail goes to this mailbox again.")


def address(arguments: Namespace) -> str:
    """The mailbox that the command names."""
    email = email_of(arguments.email)
    if not is_email(email):
        raise StackError(f"{arguments.email!r} is not an e-mail address.")
    return email


def _mailboxes(stack: Target) -> MailboxService:
    return mailbox_service(MailboxConfig(mail_table=stack.output("MailTable")))


def shown(suppression: Suppression | None, history: Sequence[Entry]) -> str:
    """Whether mail goes there, and a line for each time that this changed."""
    if suppression is None:
        return "Mail goes to this mailbox. It has never been suppressed."
    lines = [_state(suppression), *map(_line, history)]
    return "\n".join(lines)


def _state(suppression: Suppression) -> str:
    if not suppression.is_active:
        return "Mail goes to this mailbox again."
    why = _why(suppression.reason, suppression.detail)
    return f"No mail goes to this mailbox since {_moment(suppression.since)}: {why}."


def _line(entry: Entry) -> str:
    what = "lifted"
    if entry.entry_type == SUPPRESSED:
        what = f"suppressed ({_why(entry.data['reason'], entry.data['detail'])})"
    return f"{_moment(entry.occurred_at)}  {what} by {entry.actor}"


def _why(reason: str, detail: str) -> str:
    return f"{reason}, {detail}" if detail else reason


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
