"""Measures in a process of its own: the one that asks may have grown large, and peaks once."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from infra.local.settings import ROOT

_PATHS = os.pathsep.join(str(ROOT / part) for part in ("layers/aftercare", "functions", "."))


def measured_alone(
    module: str, argument: object, settings: Mapping[str, str] = MappingProxyType({})
) -> Any:
    """The JSON document that `python -m module argument` prints, with those settings as well."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(argument)],
        cwd=ROOT,
        env=os.environ | settings | {"PYTHONPATH": _PATHS},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
