"""The text files of the repository, and the rules of docs/rules.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.fakes.template import ROOT

_FOLDERS = (".ci", "docs", "events", "functions", "infra", "layers", "requirements", "tests")
_SUFFIXES = {
    ".css", ".html", ".in", ".ini", ".js", ".json", ".md", ".py", ".sh", ".svg", ".toml", ".txt",
    ".yaml",
}  # fmt: skip
_ROW = re.compile(r"^\| (R-[A-Z]{3}-\d{2}) \| (.+) \|$", re.MULTILINE)
_REFERENCE = re.compile(r"`([^`:]+)(?::(\w+))?`")
RULE_ID = re.compile(r"\bR-[A-Z]{3}-\d{2}\b")


@dataclass(frozen=True, slots=True)
class Reference:
    """A file and a function, class or constant in it; empty for the whole file."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of docs/rules.md; a rule that is not built yet has no code and no tests."""

    rule_id: str
    text: str
    source: str
    code: tuple[Reference, ...]
    tests: tuple[Reference, ...]
    is_built: bool


@cache
def texts() -> dict[Path, str]:
    """Every text file of the repository, by its path in it."""
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if _is_ours(path)]
    return {path.relative_to(ROOT): path.read_text() for path in sorted(files) if _is_text(path)}


def is_store(path: Path) -> bool:
    """Whether that is a store, or the rows of stores that share a table."""
    return path.stem == "rows" or path.stem.endswith("store")


def documents() -> dict[Path, str]:
    return {path: text for path, text in texts().items() if path.suffix == ".md"}


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of docs/rules.md, built ones and those that are not."""
    return tuple(_rules(texts()[Path("docs/rules.md")]))


def _rules(text: str) -> Iterator[Rule]:
    for rule_id, cells in _ROW.findall(text):
        text, source, *rest = cells.split(" | ")
        code, tests = rest or ("", "")
        yield Rule(
            rule_id,
            text,
            source,
            tuple(_code(path, name) for path, name in _REFERENCE.findall(code)),
            tuple(Reference(ROOT / "tests" / p, name) for p, name in _REFERENCE.findall(tests)),
            is_built=bool(rest),
        )


def _code(path: str, name: str) -> Reference:
    is_at_the_root = path.startswith(("functions/", "infra/", "template.yaml"))
    return Reference((ROOT if is_at_the_root else ROOT / "layers/aftercare/aftercare") / path, name)


def _is_ours(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts


def _is_text(path: Path) -> bool:
    return path.suffix in _SUFFIXES or path.name in {"Makefile", "run", ".gitignore"}
