"""The figures that need no stack can be printed; a bench that is never run breaks unnoticed."""

import subprocess
import sys

import pytest

from infra.local.settings import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.mark.parametrize("figure", ["requests", "checks", "scale"])
def test_a_figure_is_printed(figure: str) -> None:
    command = [sys.executable, "-m", "tests.bench", figure]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"## {figure}" in done.stdout
