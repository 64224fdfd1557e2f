"""Takes each mail that SES received into its ticket, or parks it."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.desk.incoming.reading import read_mail
from aftercare.desk.incoming.receipt import receipt_in
from aftercare.desk.wiring import MailIntakeConfig, RawMailsConfig, mail_intake, raw_mails
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service

if TYPE_CHECKING:
    from aftercare.evidence.service import EvidenceService


class PicturesConfig(NamedTuple):
    """Where the pictures of mails are screened."""

    evidence_table: str
    uploads_bucket: str
    documents_bucket: str


_ACTOR = system("mail_intake")
_mails = raw_mails(read(RawMailsConfig))
_EVIDENCE = read(PicturesConfig)


@cache
def _evidence() -> "EvidenceService":
    """Few mails have pictures: what screens them is loaded with the first."""
    from aftercare.evidence.wiring import EvidenceConfig, evidence_service  # noqa: PLC0415

    return evidence_service(EvidenceConfig(*_EVIDENCE))


_intake = mail_intake(
    read(MailIntakeConfig),
    order_service(read(OrdersConfig)),
    member_service(read(MembersConfig)),
    _evidence,
)


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _take)


def _take(event: Event) -> None:
    receipt = receipt_in(event)
    mail = read_mail(_mails.get(receipt.key), _intake.desk, receipt.recipients)
    taken = _intake.take(mail, receipt, actor=_ACTOR)
    facts = {"mail": receipt.sent_as, "ticket": taken.number, "parked": taken.parked}
    logger.info("mail taken", extra=facts)
