"""Somebody asked for a one-time code: send it, if the order was bought with that address."""

from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.kernel.aws import client
from aftercare.kernel.config import setting
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from code_mailer.mail import SesCodeMail


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _send_code)


def _send_code(event: Event) -> None:
    request_id = entry_in(event).subject
    sent = assembly.access().send_code(request_id, _mail())
    logger.info("code", extra={"request_id": request_id, "sent": sent})


@cache
def _mail() -> SesCodeMail:
    return SesCodeMail(client("ses"), setting("MAIL_SENDER"))
