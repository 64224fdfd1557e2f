"""SES, asked once a mail, its errors sorted by whether the same mail can succeed later."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)

from aftercare.kernel.aws import client
from aftercare.mail.errors import MailDeferredError, MailRejectedError, MailUncertainError
from aftercare.mail.model import Letter

if TYPE_CHECKING:
    from mypy_boto3_ses.type_defs import SendEmailRequestTypeDef

# About this mail or its address: the same request fails every time.
_PERMANENT = frozenset({"MessageRejected", "InvalidParameterValue"})
# SES says MessageRejected, too, where our own identity is not verified: an operator can fix that,
# as they can a paused account, a missing configuration set or a missing permission.
_OURS = "not verified"


class SesSender:
    """Sends letters from one address, through a configuration set that reports what comes back."""

    def __init__(self, source: str, configuration_set: str = "") -> None:
        self._source = source
        self._configuration_set = configuration_set

    def __call__(self, to: str, letter: Letter) -> None:
        """Hands a letter to SES.

        Raises:
            MailRejectedError: SES will never take it.
            MailDeferredError: SES did not take it now.
            MailUncertainError: SES may have taken it.
        """
        try:
            client("ses", once=True).send_email(**self._request(to, letter))
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise MailDeferredError(type(error).__name__) from error
        except BotoCoreError as error:
            raise MailUncertainError(type(error).__name__) from error
        except ClientError as error:
            raise _refusal(error) from error

    def _request(self, to: str, letter: Letter) -> "SendEmailRequestTypeDef":
        request: SendEmailRequestTypeDef = {
            "Source": self._source,
            "Destination": {"ToAddresses": [to]},
            "Message": {
                "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": letter.text, "Charset": "UTF-8"},
                    "Html": {"Data": letter.html, "Charset": "UTF-8"},
                },
            },
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request


def _refusal(error: ClientError) -> Exception:
    response: Any = error.response
    code = response["Error"]["Code"]
    # When SES fails itself it does not say whether the mail is on its way.
    if response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return MailUncertainError(code)
    if code in _PERMANENT and _OURS not in response["Error"].get("Message", ""):
        return MailRejectedError(code)
    return MailDeferredError(code)
