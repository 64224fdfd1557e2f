"""An operator of the deployed stack, who runs make's targets."""

import re
import subprocess

from infra.local.settings import ROOT
from tests.fakes.environment import without_settings
from tests.fakes.stack.local_stacks import LocalStack


def make(stack: LocalStack, target: str, **words: str) -> subprocess.CompletedProcess[str]:
    """Runs an operator's command; the word YES="1" confirms it, as an exported YES does not."""
    settings = {"PORT": str(stack.port), "AFTERCARE_LOCAL": str(stack.data), "YES": "1"}
    return subprocess.run(
        ["make", "--silent", target, *(f"{name}={value}" for name, value in words.items())],
        cwd=ROOT,
        env=without_settings() | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def new_key(stack: LocalStack, scopes: str = "authenticity:check") -> str:
    result = make(stack, "client", STORE="S-0412", SCOPES=scopes, COUNTRY="US", YES="1")
    assert result.returncode == 0, result.stderr
    [key] = re.findall(r"^Key +(ac_\w{10}_\w{52})$", result.stdout, re.MULTILINE)
    assert "it can't be shown again" in result.stdout
    return str(key)


def id_in(key: str) -> str:
    return key[:13]
