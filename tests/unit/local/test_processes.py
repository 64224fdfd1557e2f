"""What a failed step of the stack says: the message of what failed, not of the makes around it."""

from pathlib import Path

import pytest

from infra.local.processes import last_error

BUILD = """\
CodesDownloadFunction: Running CustomMakeBuilder:MakeBuild

Build Failed
Error: CustomMakeBuilder:MakeBuild - Make Failed: SalesIngest: app.py is not Python 3.13: \
invalid syntax (app.py, line 37)
make[1]: *** [/checkout/functions/Makefile:7: build-SalesIngestFunction] Error 1
make: *** [Makefile:122: build] Error 1
"""
PACKAGES = """\
Build Failed
Error: CustomMakeBuilder:MakeBuild - Make Failed: No solution found when resolving dependencies
error: Hash mismatch for `jinja2==3.1.6`
Deps: the pinned packages could not be installed (see uv's message above)
make: *** [Makefile:9: build-DepsLayer] Error 1
"""
RULES = """\
Traceback (most recent call last):
  File "build", line 240, in main
aftercare.kernel.rulebook.RuleBookError: points.rules: two versions are valid from 2026-01-01
make: *** [Makefile:8: build-AftercareLayer] Error 1
"""


@pytest.mark.parametrize(
    ("log", "message"),
    [
        (
            BUILD,
            "SalesIngest: app.py is not Python 3.13: invalid syntax (app.py, line 37).",
        ),
        (PACKAGES, "error: Hash mismatch for `jinja2==3.1.6`."),
        (
            RULES,
            "aftercare.kernel.rulebook.RuleBookError: points.rules: two versions are valid from "
            "2026-01-01.",
        ),
        ("", "the log says nothing about it."),
        ("one line\n", "one line."),
    ],
    ids=["syntax", "packages", "rules", "nothing", "no error"],
)
def test_a_failed_step_shows_its_own_message(log: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "build.log"
    file.write_text(log)
    assert last_error(file) == message
