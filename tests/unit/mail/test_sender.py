"""What SES says to a mail, and whether the same mail may succeed later."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from aftercare.kernel import aws
from aftercare.mail.errors import (
    MailDeferredError,
    MailRejectedError,
    MailThrottledError,
    MailUncertainError,
)
from aftercare.mail.model import Letter, Quota
from aftercare.mail.sender import SesQuota, SesSender
from tests.fakes.aws import Json, RefusalError, answering

pytestmark = pytest.mark.usefixtures("account")


class Seconds:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


LETTER = Letter("Subject", "Text", "<p>HTML</p>")
URL = "https://email.us-west-2.amazonaws.com"


def sent(raising: Exception | None = None, configuration_set: str = "") -> list[Json]:
    """What SES is asked, once it has answered so."""
    asked: list[Json] = []

    def answer(request: Json) -> Json:
        asked.append(request)
        if raising:
            raise raising
        return {"MessageId": "1"}

    with answering("ses", "SendRawEmail", answer, once=True):
        SesSender("returns@aftercare.example", configuration_set)("mei@example.com", LETTER)
    return asked


@pytest.mark.parametrize("code", ["MessageRejected", "InvalidParameterValue"])
def test_a_mail_that_ses_will_never_take_is_rejected_by_its_code(code: str) -> None:
    with pytest.raises(MailRejectedError) as rejection:
        sent(RefusalError(code))
    assert rejection.value.reason == code
    assert "mei@example.com" not in str(rejection.value)


@pytest.mark.parametrize(
    "code",
    [
        "Throttling",
        "AccountSendingPausedException",
        "ConfigurationSetDoesNotExist",
        "MailFromDomainNotVerifiedException",
        "AccessDenied",
    ],
)
def test_what_passes_or_an_operator_can_fix_is_deferred(code: str) -> None:
    with pytest.raises(MailDeferredError):
        sent(RefusalError(code))


def test_an_identity_of_ours_that_is_not_verified_is_no_fault_of_the_mail() -> None:
    message = "Email address is not verified. The following identities failed the check"
    with pytest.raises(MailDeferredError):
        sent(RefusalError("MessageRejected", message=message))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectTimeoutError(endpoint_url=URL), MailDeferredError),
        (EndpointConnectionError(endpoint_url=URL), MailDeferredError),
        (ReadTimeoutError(endpoint_url=URL), MailUncertainError),
        (RefusalError("InternalFailure", 500), MailUncertainError),
        (RefusalError("ServiceUnavailable", 503), MailUncertainError),
    ],
)
def test_what_never_reached_ses_is_deferred_and_no_answer_is_uncertain(
    error: Exception, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        sent(error)


def test_a_mail_names_the_configuration_set_that_reports_what_comes_back() -> None:
    [request] = sent(configuration_set="aftercare-prod")
    assert request["ConfigurationSetName"] == "aftercare-prod"
    [request] = sent()
    assert "ConfigurationSetName" not in request


def test_an_address_that_no_header_can_have_is_rejected_and_not_in_the_log() -> None:
    with pytest.raises(MailRejectedError) as rejection:
        SesSender("returns@aftercare.example")("mei@example.com\r\nBcc: eve@example.com", LETTER)
    assert rejection.value.reason == "InvalidHeader"
    assert "mei@example.com" not in str(rejection.value)


def test_ses_is_asked_once() -> None:
    client: Any = aws.client("ses", once=True)
    assert client.meta.config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("code", "message", "is_daily"),
    [
        ("Throttling", "Maximum sending rate exceeded.", False),
        ("Throttling", "Daily message quota exceeded.", True),
        ("ThrottlingException", "Rate exceeded", False),
        ("TooManyRequestsException", "Too many requests.", False),
    ],
)
def test_a_throttled_mail_says_whether_it_is_the_rate_or_the_quota_of_the_day(
    code: str, message: str, is_daily: bool
) -> None:
    with pytest.raises(MailThrottledError) as throttled:
        sent(RefusalError(code, message=message))
    assert (throttled.value.reason, throttled.value.is_daily) == (code, is_daily)


def test_the_quota_is_asked_for_once_a_minute_by_each_worker() -> None:
    clock, asked = Seconds(), []

    def answer(request: Json) -> Json:
        asked.append(request)
        return {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 3.0 * len(asked)}

    quota = SesQuota(clock)
    with answering("ses", "GetSendQuota", answer):
        assert [quota(), quota()] == [Quota(200, 3)] * 2
        clock.now += 59
        assert quota() == Quota(200, 3)
        clock.now += 1
        assert quota() == Quota(200, 6)


def test_a_quota_that_ses_does_not_say_is_not_known_and_not_asked_for_again_at_once() -> None:
    asked: list[Json] = []

    def refuse(request: Json) -> Json:
        asked.append(request)
        raise RefusalError("AccessDenied")

    quota = SesQuota(Seconds())
    with answering("ses", "GetSendQuota", refuse):
        assert [quota(), quota()] == [None, None]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("quota", "used_up"),
    [
        (Quota(200, 159), False),
        (Quota(200, 160), True),
        (Quota(-1, 10**6), False),
        (Quota(0, 0), True),
    ],
)
def test_a_share_of_a_quota_is_used_up_and_an_account_without_one_has_no_end(
    quota: Quota, used_up: bool
) -> None:
    assert quota.is_used_up(0.8) is used_up
