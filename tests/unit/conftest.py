"""Unit tests open no socket, and know no account."""

from collections.abc import Iterator

import pytest

from aftercare.kernel import aws
from tests.fakes.wired import emulate, forget_roots


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Sockets are off: pytest-socket's own fixture, for every test below this folder."""


@pytest.fixture(scope="session")
def account() -> Iterator[None]:
    """Made-up credentials and region, so that clients can be built and answered in process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-west-2")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        forget_roots(patch)  # whoever names roots has botocore do everything
        aws.forget()
        emulate()
        yield
        aws.forget()
