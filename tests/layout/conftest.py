"""Chromium, and the pages on a port of their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.fakes.browser_pages.chromium import launched
from tests.fakes.browser_pages.scenes import Scene, cast, scenes
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.fixtures import forget_all
from tests.fakes.house import build_house


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
    return list(scenes(cast(build_house(tables, buckets), tables["BatchesTable"])))
