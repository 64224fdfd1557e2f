"""The list of survivors on purpose is of changes that are still possible, and excuses no others."""

from dataclasses import replace

import pytest

from infra.local.settings import ROOT
from tests.mutants.__main__ import Mutant, Purpose, on_purpose, score

READ = "row = self._rows.get(key, consistent_read=True)"
MUTANT = Mutant("orders/store.py", 1, 1, READ, READ.replace("True", "False"), "")


@pytest.mark.parametrize("purpose", on_purpose(), ids=lambda purpose: purpose.reason[:40])
def test_each_has_a_reason_and_its_lines_are_in_the_code(purpose: Purpose) -> None:
    assert purpose.reason.endswith(".")
    if not purpose.within:
        lines = map(str.strip, (ROOT / purpose.path).read_text().splitlines())
        assert purpose.before in " ".join(lines)
        assert purpose.before != purpose.after


def test_a_pattern_excuses_what_changes_within_it_and_nothing_else() -> None:
    purpose = Purpose("", within=r",? ?consistent_read=\w+")
    assert purpose.explains(MUTANT)
    assert purpose.explains(replace(MUTANT, after="row = self._rows.get(key)"))
    assert not purpose.explains(replace(MUTANT, after="row = self._rows.get(None)"))


def test_one_change_excuses_itself_alone() -> None:
    purpose = Purpose("", MUTANT.path, MUTANT.before, MUTANT.after)
    assert purpose.explains(MUTANT)
    assert not purpose.explains(replace(MUTANT, path="members/store.py"))


def test_the_interval_is_wilsons() -> None:
    assert score(9, 10) == "90%, 60% to 98%"
    assert score(0, 0) == "none"
