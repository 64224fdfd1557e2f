"""The figures that need no stack can be printed; a bench that is never run breaks unnoticed."""

import os
import subprocess
import sys

import pytest

from infra.local.settings import ROOT
from tests.bench import scale
from tests.fakes.servers import closed_port

ENDPOINTS = ("DYNAMODB_ENDPOINT_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB")
pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.mark.parametrize("figure", ["requests", "points", "checks", "scale", "due", "cost"])
def test_a_figure_is_printed_whatever_endpoints_the_shell_names(figure: str) -> None:
    """Measured on emulated tables alone: on another DynamoDB they would stay there."""
    command = [sys.executable, "-m", "tests.bench", figure]
    with closed_port() as nobody:
        shell = os.environ | dict.fromkeys(ENDPOINTS, nobody) | {"AWS_PROFILE": "prod"}
        done = subprocess.run(
            command, cwd=ROOT, env=shell, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"## {figure}" in done.stdout
    if figure == "points":  # what the night's mails are calculated with
        [mail] = [line for line in done.stdout.splitlines() if "| mailer: a reminder |" in line]
        assert f"| {scale.MAIL_READS} | {scale.MAIL_WRITES} |" in mail
