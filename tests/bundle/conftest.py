"""One build for all bundle tests."""

import tomllib

import pytest

from infra.local.settings import ROOT
from tests.fakes.artifact import Artifact, build_artifact


@pytest.fixture(scope="session")
def artifact() -> Artifact:
    return build_artifact()


@pytest.fixture(scope="session")
def services() -> set[str]:
    """The AWS services whose data is shipped, from layers/deps/trim.toml."""
    return set(tomllib.loads((ROOT / "layers/deps/trim.toml").read_text())["services"])
