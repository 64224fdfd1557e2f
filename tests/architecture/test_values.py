"""Stored values of enumerations stay: yesterday's items and events name them.

`tests/samples/enumerations.json` lists them. Values are added there once they are stored.
"""

import importlib
import json
from enum import StrEnum

import pytest

from infra.local.settings import ROOT

LISTED: dict[str, dict[str, str]] = json.loads(
    (ROOT / "tests" / "samples" / "enumerations.json").read_text()
)


@pytest.mark.parametrize("name", LISTED)
def test_an_enumerations_values_are_those_that_were_stored(name: str) -> None:
    module, _, kind = name.rpartition(".")
    enumeration: type[StrEnum] = getattr(importlib.import_module(module), kind)
    values = {member.name: member.value for member in enumeration}
    assert values.items() >= LISTED[name].items()
    assert len({*values.values()}) == len(values)
