"""Points came back after their last day: tell the member that they could not be restored."""

from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.aws import client
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import setting
from aftercare.kernel.mail import MailClaims
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.points_assembly import members
from points_mailer.mail import SesLapseMail


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _tell)


def _tell(event: Event) -> None:
    entry = entry_in(event)
    member = members().get(entry.subject)
    points = int(entry.data["points"])
    sent = member.is_open and claims().once(
        entry.entry_id, lambda: _mail().send(member, points), utc_now()
    )
    logger.info("lapse told", extra={"member_id": entry.subject, "sent": sent})


@cache
def claims() -> MailClaims:
    return MailClaims(setting("POINTS_TABLE"))


@cache
def _mail() -> SesLapseMail:
    return SesLapseMail(client("ses", once=True), setting("MAIL_SENDER"), setting("PORTAL_URL"))
