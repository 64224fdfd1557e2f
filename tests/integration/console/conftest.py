"""A console whose staff sign in at a user pool on loopback."""

from collections.abc import Iterator

import pytest

from tests.fakes.colleagues import StaffBrowser
from tests.fakes.user_pool import UserPool, answering


@pytest.fixture
def pool(functions: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[UserPool]:  # noqa: ARG001
    pool = UserPool()
    with answering(pool) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url)
        monkeypatch.setenv("SIGN_IN_URL", url)
        yield pool


@pytest.fixture
def browser(pool: UserPool) -> StaffBrowser:  # noqa: ARG001 - what it stands on
    return StaffBrowser()
