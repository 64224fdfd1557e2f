"""What SES says to a mail, and whether the same mail may succeed later."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from aftercare.kernel import aws
from aftercare.mail.errors import MailDeferredError, MailRejectedError, MailUncertainError
from aftercare.mail.model import Letter
from aftercare.mail.sender import SesSender
from tests.fakes.aws import Json, RefusalError, answering

pytestmark = pytest.mark.usefixtures("account")
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

    with answering("ses", "SendEmail", answer, once=True):
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


def test_ses_is_asked_once() -> None:
    client: Any = aws.client("ses", once=True)
    assert client.meta.config.retries["total_max_attempts"] == 1
