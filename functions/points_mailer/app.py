"""Points came back after their last day: tell the member that they could not be restored."""

from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.aws import client
from aftercare.kernel.config import setting
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.points_assembly import members
from points_mailer.mail import SesLapseMail


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _tell)


def _tell(event: Event) -> None:
    entry = entry_in(event)
    member = members().get(entry.subject)
    if member.is_open:
        _mail().send(member, int(entry.data["points"]))
    logger.info("lapse told", extra={"member_id": entry.subject, "sent": member.is_open})


@cache
def _mail() -> SesLapseMail:
    return SesLapseMail(client("ses"), setting("MAIL_SENDER"), setting("PORTAL_URL"))
