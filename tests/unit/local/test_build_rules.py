"""A rule that cannot be read fails the build, before anybody deploys it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.settings import ROOT

LAYERS = ROOT / "layers"
POLICY = "returns/policies/na_store/2025-01-06.toml"


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the layer's Makefile runs, in that copy of the layer."""
    command: list[str | Path] = [
        sys.executable,
        LAYERS / "build.py",
        "package",
        "aftercare",
        folder / "out",
    ]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ}
    )


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A copy of our own layer."""
    ignored = shutil.ignore_patterns("__pycache__", "build")
    shutil.copytree(LAYERS / "aftercare", tmp_path, dirs_exist_ok=True, ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "days = 15",
            'days = "soon"',
            "na_store/2025-01-06.toml, line {line}: grants[0].window.days must be a whole number",
        ),
        (
            'payer = "buyer"',
            'payer = "nobody"',
            "na_store/2025-01-06.toml, line {line}: grants[0].payer must be one of seller, buyer",
        ),
        ('channels = ["store"', 'channels = ["online"', "na_online and na_store both cover online"),
    ],
    ids=["window", "payer", "overlap"],
)
def test_a_bad_policy_fails_the_build_with_its_file_line_and_reason(
    layer: Path, old: str, new: str, complaint: str
) -> None:
    policy = layer / "aftercare" / POLICY
    text = policy.read_text()
    assert old in text
    policy.write_text(text.replace(old, new))
    line = 1 + next(at for at, each in enumerate(text.splitlines()) if old in each)
    built = build(layer)
    assert built.returncode != 0
    assert complaint.format(line=line) in built.stderr


def test_what_is_built_reads_the_same_rules_without_a_parser_of_toml(layer: Path) -> None:
    built = build(layer)
    assert built.returncode == 0, built.stderr
    read = (
        "import sys\n"
        "from aftercare.returns.policies import published\n"
        "print(repr(published().policies))\n"
        "assert 'tomllib' not in sys.modules\n"
    )
    policies = [
        subprocess.run(
            [sys.executable, "-c", read if path.name == "python" else read[: read.index("assert")]],
            env={**os.environ, "PYTHONPATH": str(path), "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for path in (layer / "out" / "python", LAYERS / "aftercare")
    ]
    assert policies[0] == policies[1]
