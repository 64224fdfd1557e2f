"""Has the local stack receive a mail, as SES does for a deployed one."""

import json
import time
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from aftercare.desk.incoming.model import Desk
from aftercare.desk.incoming.reading import read_mail
from aftercare.desk.incoming.receipt import receipt_in
from aftercare.desk.intake import MailIntake
from aftercare.desk.mailed import Taken
from aftercare.desk.wiring import MailIntakeConfig, mail_intake
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from infra.local.settings import StackError
from infra.operator.asking import confirm
from infra.operator.target import Target, target

_PATIENCE, _PAUSE = 60.0, 0.5


def receive(arguments: Namespace) -> None:
    """Put the file where SES puts mails, tell of it as SES does, and print what became of it."""
    if arguments.stack:
        raise StackError("SES receives mails for a deployed stack: send one to its DeskMailbox.")
    stack, raw = target(arguments), Path(arguments.file).read_bytes()
    desk = Desk(stack.output("DeskMailbox"))
    mail = read_mail(raw, desk)
    if not mail.sender:
        raise StackError(f"{arguments.file} is no mail: it has no line such as From: mei@…")
    confirm(arguments, stack, f"receive a mail of {mail.sender}")
    domain = mail.sender.rpartition("@")[2]
    sent_as, now = uuid4().hex, datetime.now(UTC)
    raw = results(domain, is_forged=arguments.forged) + raw
    told = notification(sent_as, now, addressed(raw, desk), is_forged=arguments.forged)
    receipt = receipt_in(told)
    stack.session.client("s3").put_object(
        Bucket=stack.output("MailsBucket"), Key=receipt.key, Body=raw
    )
    topic = stack.output("MailsTopic")
    stack.session.client("sns").publish(TopicArn=topic, Message=json.dumps(told))
    intake = _intake(stack, desk)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        came = intake.came(read_mail(raw, desk, receipt.recipients), receipt)
        if came:
            print(shown(came))
            return
        time.sleep(_PAUSE)
    raise StackError("Nothing took the mail within a minute; the log of mail-intake says why.")


def results(domain: str, *, is_forged: bool) -> bytes:
    """The header that SES writes above all others."""
    verdict = "fail" if is_forged else "pass"
    checked = f"amazonses.com; dmarc={verdict} header.from={domain}"
    return f"Authentication-Results: {checked}\r\n".encode()


def notification(
    sent_as: str, now: datetime, recipients: list[str], *, is_forged: bool
) -> dict[str, object]:
    """What SES tells of a mail that it stored."""
    verdict = "FAIL" if is_forged else "PASS"
    return {
        "notificationType": "Received",
        "mail": {"messageId": sent_as, "timestamp": now.isoformat(), "destination": recipients},
        "receipt": {
            "timestamp": now.isoformat(),
            "recipients": recipients,
            "dmarcVerdict": {"status": verdict},
            "spamVerdict": {"status": "PASS"},
            "virusVerdict": {"status": "PASS"},
            "action": {"type": "S3", "objectKey": f"incoming/{sent_as}"},
        },
    }


def addressed(raw: bytes, desk: Desk) -> list[str]:
    """The desk's address that the mail names, with what stands behind its plus."""
    tag = read_mail(raw, desk).tag
    name, _, domain = desk.mailbox.partition("@")
    return [f"{name}+{tag}@{domain}" if tag else desk.mailbox]


def shown(taken: Taken) -> str:
    """What became of a mail, for an operator."""
    if taken.parked is None:
        return f"Ticket {taken.number}"
    if taken.number:
        return f"Parked: {taken.parked} (sent to ticket {taken.number})"
    return f"Parked: {taken.parked}"


def _intake(stack: Target, desk: Desk) -> MailIntake:
    config = MailIntakeConfig(
        stack.output("TicketsTable"),
        stack.output("DueTable"),
        desk_secret="",  # only looks
        desk_mailbox=desk.mailbox,
    )
    orders = order_service(OrdersConfig(stack.output("OrdersTable")))
    return mail_intake(config, orders, member_service(MembersConfig(stack.output("MembersTable"))))
