"""A member's points are about to expire: say so by mail, once, if they want to know."""

from datetime import date
from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.expiry_assembly import reminders
from aftercare.kernel.aws import client
from aftercare.kernel.config import setting
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from reminder_mailer.mail import SesReminderMail


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _remind)


def _remind(event: Event) -> None:
    entry = entry_in(event)
    scheduled = date.fromisoformat(entry.data["scheduled"])
    sent = reminders().send(entry.subject, scheduled, _mail())
    facts = {"member_id": entry.subject, "scheduled": scheduled.isoformat(), "sent": sent}
    logger.info("reminder", extra=facts)


@cache
def _mail() -> SesReminderMail:
    return SesReminderMail(client("ses", once=True), setting("MAIL_SENDER"), setting("PORTAL_URL"))
