"""The local stack's emulator refuses what AWS refuses: the requests that the tests' AWS refuses."""

import os
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.settings import ROOT
from tests.fakes import oversize
from tests.fakes.stack.local_stacks import LocalStack, await_true, free_port

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[oversize.Client]:
    """Clients of an emulator without a deployment."""
    stack = LocalStack(tmp_path_factory.mktemp("emulator"), free_port())
    python = ROOT / ".tools/ministack/bin/python"
    where = ["--port", str(stack.port), "--data", str(stack.data)]
    command = [str(python), "-m", "infra.local.emulator", *where]
    with (stack.data / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=log, stderr=log)
    try:
        await_true(lambda: _answers(stack), what="the emulator's start")
        clients = cache(stack.client)
        oversize.create(clients)
        yield clients
    finally:
        process.terminate()
        process.wait(timeout=120)


def _answers(stack: LocalStack) -> bool:
    try:
        stack.client("dynamodb").list_tables()
    except (BotoCoreError, ClientError):
        return False
    return True


@pytest.mark.parametrize("name", oversize.requests())
def test_a_request_beyond_a_limit_is_refused_as_by_aws(client: oversize.Client, name: str) -> None:
    beyond = oversize.requests()[name]
    assert beyond.send(client) == beyond.code
