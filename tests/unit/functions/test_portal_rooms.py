"""A variable that a deployment lacks stops a web application at its start, and is named."""

import importlib
import subprocess
import sys
from typing import Any

import pytest

from portal.rooms import PortalConfig
from tests.fakes.environment import SETTINGS, without_settings
from tests.fakes.template import ROOT

ROOMS = ("orders", "evidence", "returns", "labels", "members", "access", "points", "pictures")
PATHS = [str(ROOT / "layers/aftercare"), str(ROOT / "functions")]
START = "import sys; sys.path[:0] = sys.argv[2:]; __import__(sys.argv[1])"


@pytest.mark.parametrize("room", ROOMS)
def test_the_portal_checks_at_its_start_what_its_rooms_need(room: str) -> None:
    wiring = importlib.import_module(f"aftercare.{room}.wiring")
    config: Any = getattr(wiring, f"{room.title()}Config")
    needed = set(config._fields) - set(config._field_defaults)
    assert needed <= set(PortalConfig._fields)


@pytest.mark.parametrize(
    ("module", "variable"),
    [
        *(("portal.app", name.upper()) for name in ("returns_table", "signing_secret")),
        ("check_page.app", "CODE_KEYS_SECRET"),
        ("check_page.app", "AUTHENTICITY_TABLE"),
    ],
)
def test_a_missing_variable_is_named_at_the_start(module: str, variable: str) -> None:
    settings = {name: value for name, value in SETTINGS.items() if name != variable}
    done = subprocess.run(
        [sys.executable, "-c", START, module, *PATHS],
        env=without_settings() | settings | {"AWS_DEFAULT_REGION": "us-west-2"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode
    assert f"The function lacks the setting {variable}." in done.stderr
