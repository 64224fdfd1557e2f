"""Mails by SES: asked for once, and claimed first where they must not come twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import MailRefusedError, StaleWriteError
from aftercare.kernel.tables import bind_in_place, conditional

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

_CLAIM = "MAIL"
# Longer than a message may lie in a dead-letter queue before it is redriven.
_KEPT = timedelta(days=60)
_FAULT = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, as text and as HTML."""

    subject: str
    text: str
    html: str


def send(ses: "SESClient", sender: str, to: str, letter: Letter) -> None:
    """Hands a letter to SES, by a client that asks once.

    Raises:
        MailRefusedError: SES said no; nothing was sent.
    """
    try:
        ses.send_email(
            Source=sender,
            Destination={"ToAddresses": [to]},
            Message={
                "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": letter.text, "Charset": "UTF-8"},
                    "Html": {"Data": letter.html, "Charset": "UTF-8"},
                },
            },
        )
    except ClientError as error:
        # Of a fault of its own SES does not say whether the mail is on its way.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _FAULT:
            raise
        raise MailRefusedError from error


class _ClaimRow(Model):
    class Meta:
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_CLAIM)
    sent_at = UnicodeAttribute()
    expires_at = TTLAttribute()


class MailClaims:
    """Which mails were begun, in a table of the room that has them sent."""

    def __init__(self, table_name: str) -> None:
        bind_in_place(table_name, _ClaimRow)

    def once(self, mail_id: str, act: Callable[[], None], at: datetime) -> bool:
        """Sends that mail, unless it was begun before; tells which.

        Claimed before it is sent: a mail may be lost with its worker, and never comes twice.

        Raises:
            MailRefusedError: The mail was surely not sent; the same again may succeed.
        """
        row = _ClaimRow(f"{_CLAIM}#{mail_id}", sent_at=to_text(at), expires_at=at + _KEPT)
        try:
            with conditional():
                row.save(_ClaimRow.pk.does_not_exist())
        except StaleWriteError:
            return False
        try:
            act()
        except MailRefusedError:
            row.delete()
            raise
        return True
