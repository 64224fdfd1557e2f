"""The data of languages is what CLDR says today, and ships without Babel."""

import subprocess
import sys
from pathlib import Path

import pytest

from aftercare.words.model import LANGUAGES
from infra.words.locales import LOCALES, ROOM, files
from tests.fakes.template import ROOT

LOAD = """
import sys
from aftercare.words.service import words
words("fr").text("verdicts.blocked.title"), words("fr").number(1234)
print(*sys.modules)
"""


@pytest.mark.parametrize("name", files())
def test_data_is_what_make_words_writes(name: str) -> None:
    assert (ROOM / name).read_text("utf-8") == files()[name]


@pytest.mark.parametrize("target", ["addresses", "events", "holidays", "mails", "words"])
def test_what_make_compiles_starts_by_itself(target: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", f"import infra.{target}.__main__"]
    subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, check=True, cwd=tmp_path)


def test_no_data_is_left_of_a_language_that_we_dropped() -> None:
    assert {path.name for path in ROOM.iterdir()} == files().keys()


def test_every_language_has_its_data() -> None:
    assert {language.locale for language in LANGUAGES.values()} <= set(LOCALES)


def test_nothing_that_ships_imports_babel() -> None:
    shipped = [
        *(ROOT / "layers/aftercare/aftercare").rglob("*.py"),
        *(ROOT / "functions").rglob("*.py"),
    ]
    assert not [path for path in shipped if "babel" in path.read_text("utf-8")]


def test_the_room_loads_nothing_but_itself(tmp_path: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD],
        env={"PYTHONPATH": str(ROOT / "layers/aftercare")},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout.split()
    assert "babel" not in loaded
    assert {name for name in loaded if name.startswith("aftercare.")} == {
        "aftercare.words",
        "aftercare.words.catalogue",
        "aftercare.words.formats",
        "aftercare.words.model",
        "aftercare.words.service",
    }
