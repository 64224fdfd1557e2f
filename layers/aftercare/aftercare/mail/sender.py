"""SES, asked once a mail, its errors sorted by whether the same mail can succeed later."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)

from aftercare.kernel.aws import client
from aftercare.kernel.observe import failure, logger
from aftercare.mail.errors import (
    MailDeferredError,
    MailRejectedError,
    MailThrottledError,
    MailUncertainError,
)
from aftercare.mail.message import message_of
from aftercare.mail.model import Letter, Quota

if TYPE_CHECKING:
    from mypy_boto3_ses.type_defs import SendRawEmailRequestTypeDef

# About this mail or its address: the same request fails every time.
_PERMANENT = frozenset({"MessageRejected", "InvalidParameterValue"})
# SES says MessageRejected, too, where our own identity is not verified: an operator can fix that,
# as they can a paused account, a missing configuration set or a missing permission.
_OURS = "not verified"
_THROTTLED = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException"})
# SES uses one code for both: "Maximum sending rate exceeded", "Daily message quota exceeded".
_DAILY = "quota"
# SES answers one such question a second, and each worker asks.
_QUOTA_AGE = 60.0


class SesSender:
    """Sends letters from one address, through a configuration set that reports what comes back."""

    def __init__(self, source: str, configuration_set: str = "") -> None:
        self._source = source
        self._configuration_set = configuration_set

    def __call__(self, to: str, letter: Letter) -> None:
        """Hands a letter to SES.

        Raises:
            MailRejectedError: SES will never take it.
            MailThrottledError: The account's rate or daily quota is used up.
            MailDeferredError: SES did not take it now.
            MailUncertainError: SES may have taken it.
        """
        request = self._request(to, letter)
        try:
            client("ses", once=True).send_raw_email(**request)
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise MailDeferredError(type(error).__name__) from error
        except BotoCoreError as error:
            raise MailUncertainError(type(error).__name__) from error
        except ClientError as error:
            raise _refusal(error) from error

    def _request(self, to: str, letter: Letter) -> "SendRawEmailRequestTypeDef":
        try:
            message = message_of(self._source, to, letter)
        except ValueError as error:
            raise MailRejectedError("InvalidHeader") from error
        # The recipient is named here, too: SES must not read one address as several.
        request: SendRawEmailRequestTypeDef = {
            "Source": self._source,
            "Destinations": [to],
            "RawMessage": {"Data": message},
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request


class SesQuota:
    """The account's quota of 24 hours, asked once a minute."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._asked_at: float | None = None
        self._quota: Quota | None = None

    def __call__(self) -> Quota | None:
        """The quota; None if SES does not say."""
        now = self._elapsed()
        if self._asked_at is None or now - self._asked_at >= _QUOTA_AGE:
            self._asked_at, self._quota = now, self._ask()
        return self._quota

    @staticmethod
    def _ask() -> Quota | None:
        try:
            answer = client("ses").get_send_quota()
        except (BotoCoreError, ClientError) as error:
            logger.warning("the quota is not known", extra=failure(error))
            return None
        return Quota(limit=answer["Max24HourSend"], sent=answer["SentLast24Hours"])


def _refusal(error: ClientError) -> Exception:
    response: Any = error.response
    code, message = response["Error"]["Code"], response["Error"].get("Message", "")
    if code in _THROTTLED:
        return MailThrottledError(code, is_daily=_DAILY in message.lower())
    # When SES fails itself it does not say whether the mail is on its way.
    if response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return MailUncertainError(code)
    if code in _PERMANENT and _OURS not in message:
        return MailRejectedError(code)
    return MailDeferredError(code)
