"""Where, and with which credentials, a secret is read; see integration/kernel/test_secret.py."""

import pytest

from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.secret import request_for
from tests.fakes.refusals import refused

ROLE = {
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "ROLE",
    "AWS_SECRET_ACCESS_KEY": "test",
}


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("us-west-2", "https://secretsmanager.us-west-2.amazonaws.com/"),
        ("eu-central-1", "https://secretsmanager.eu-central-1.amazonaws.com/"),
        ("us-gov-west-1", "https://secretsmanager.us-gov-west-1.amazonaws.com/"),
        ("cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn/"),
    ],
)
def test_the_region_s_own_endpoint_is_asked(region: str, url: str) -> None:
    assert request_for("a-secret", {**ROLE, "AWS_DEFAULT_REGION": region}).url == url


def test_an_endpoint_that_is_set_goes_before_and_secrets_manager_s_own_before_any() -> None:
    everyones = {**ROLE, "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    its_own = {**everyones, "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:4567"}
    assert request_for("a-secret", everyones).url == "http://127.0.0.1:4566"
    assert request_for("a-secret", its_own).url == "http://127.0.0.1:4567"


def test_lasting_credentials_need_no_session_token() -> None:
    assert "X-Amz-Security-Token" not in request_for("a-secret", ROLE).headers
    session = {**ROLE, "AWS_SESSION_TOKEN": "session"}
    assert request_for("a-secret", session).headers["X-Amz-Security-Token"] == "session"


@pytest.mark.parametrize("name", ROLE)
def test_without_region_or_credentials_nothing_is_asked(name: str) -> None:
    lacking = {**ROLE, name: ""}
    with refused(
        ConfigurationError, "configuration", f"The function lacks the setting {name}."
    ) as refusal:
        request_for("a-secret", lacking)
    assert refusal.value.facts == {"setting": name}
