"""Lets mail go to a mailbox again, after asking: `make unsuppress EMAIL=…`."""

from collections.abc import Mapping

from aftercare.mail.errors import MailboxNotSuppressedError
from infra.operator.asking import acting, confirm
from infra.operator.mailbox import address, mailboxes, shown
from infra.operator.target import target, tell

USAGE = "Name the mailbox: make unsuppress EMAIL=mei@example.com [YES=1]."


def unsuppress(settings: Mapping[str, str]) -> None:
    """Show the mailbox's record, ask, and lift its suppression.

    Mails that were suppressed are not sent later.
    """
    email = address(settings, USAGE)
    service = mailboxes(target(settings))
    suppression = service.suppression(email)
    if suppression is None or not suppression.is_active:
        raise MailboxNotSuppressedError
    print(shown(suppression, service.history(email)))
    confirm("Let mail go there again?", settings)
    service.lift(email, actor=acting(settings))
    print("Mail goes to this mailbox again.")


if __name__ == "__main__":
    tell(unsuppress)
