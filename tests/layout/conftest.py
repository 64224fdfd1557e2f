"""Chromium, and the pages and the console on ports of their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.fakes.browser_pages import staffed
from tests.fakes.browser_pages.chromium import launched
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.scenes import Scene, cast, scenes
from tests.fakes.browser_pages.served import serving_console, serving_pages
from tests.fakes.fixtures import forget_all
from tests.fakes.house import build_house
from tests.fakes.user_pool import UserPool, answering


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def portal_url(
    tables: dict[str, str],  # noqa: ARG001 - what the pages stand on
    buckets: dict[str, str],  # noqa: ARG001
    secrets_and_queues: None,  # noqa: ARG001
    vault: str,
) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vault)
        forget_all()
        with serving_pages() as url:
            yield url
        forget_all()


@pytest.fixture(scope="module")
def every_scene(
    portal_url: str,  # noqa: ARG001 - the pages that are asked while the scenes are set
    tables: dict[str, str],
    buckets: dict[str, str],
) -> list[Scene]:
    return list(scenes(cast(build_house(tables, buckets), tables)))


@pytest.fixture(scope="module")
def pool(
    tables: dict[str, str],  # noqa: ARG001 - what the console stands on
    buckets: dict[str, str],  # noqa: ARG001
    secrets_and_queues: None,  # noqa: ARG001
    vault: str,
) -> Iterator[UserPool]:
    pool = UserPool()
    with pytest.MonkeyPatch.context() as patch, answering(pool) as url:
        patch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vault)
        patch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url)
        patch.setenv("SIGN_IN_URL", url)
        forget_all()
        yield pool
        forget_all()


@pytest.fixture(scope="module")
def console_url(pool: UserPool) -> Iterator[str]:  # noqa: ARG001 - where staff sign in
    with serving_console() as url:
        yield url


@pytest.fixture(scope="module")
def morning(
    console_url: str,  # noqa: ARG001 - the pages' own rooms
    tables: dict[str, str],
    buckets: dict[str, str],
) -> staffed.Cases:
    return staffed.cases(build_house(tables, buckets), tables)


@pytest.fixture
def desks(chromium: Browser, pool: UserPool, console_url: str) -> Iterator[Desks]:
    desks = Desks(chromium, pool, console_url)
    yield desks
    desks.close()
