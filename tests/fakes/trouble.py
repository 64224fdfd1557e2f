"""DynamoDB in trouble, as every client of ours meets it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from aftercare.kernel import aws, direct
from tests.fakes.fixtures import forget_all
from tests.fakes.servers import refusing
from tests.fakes.wired import emulate

type Trouble = Callable[[], AbstractContextManager[str]]


def over_its_limits() -> AbstractContextManager[str]:
    """The one refusal that the SDK does not send again by itself, so that this is quick."""
    return refusing("ServiceUnavailable")


@contextmanager
def dynamodb_at(trouble: Trouble) -> Iterator[None]:
    """Inside, our clients find DynamoDB where the trouble is."""
    with trouble() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
        forget_clients()
        try:
            yield
        finally:
            patch.undo()
            forget_clients()
            emulate()


def forget_clients() -> None:
    aws.forget()
    direct.forget()
    forget_all()
