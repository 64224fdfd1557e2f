"""Shows whether a mailbox gets mail, and why not: `make mailbox EMAIL=…`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Suppression
from aftercare.mail.service import SUPPRESSED, MailboxService
from aftercare.mail.wiring import MailboxConfig, mailbox_service
from infra.local.settings import StackError
from infra.operator.target import Target, target, tell

USAGE = "Name the mailbox: make mailbox EMAIL=mei@example.com."


def mailbox(settings: Mapping[str, str]) -> None:
    """Print the mailbox's record. It changes nothing."""
    email = address(settings, USAGE)
    service = mailboxes(target(settings))
    print(shown(service.suppression(email), service.history(email)))


def mailboxes(stack: Target) -> MailboxService:
    return mailbox_service(MailboxConfig(mail_table=stack.output("MailTable")))


def address(settings: Mapping[str, str], usage: str) -> str:
    """The mailbox that the command names."""
    email = settings.get("EMAIL", "").strip()
    if "@" not in email:
        raise StackError(usage)
    return email


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


if __name__ == "__main__":
    tell(mailbox)
