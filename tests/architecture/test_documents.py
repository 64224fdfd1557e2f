"""The documents: decisions have their form, links lead somewhere, commands exist."""

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from aftercare.kernel.ids import is_ticket
from tests.fakes.documents import documents, texts
from tests.fakes.template import ROOT, template

DECISIONS = ROOT / "docs" / "decisions"
MOST_README_LINES = 150
HEADINGS = ["Context", "Decision", "Rejected", "Consequences"]
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_IMAGE = re.compile(r'(?:src|href)="(?!https?:|#)([^"]+)"')
_COMMAND = re.compile(r"`[^`\n]*?\bmake ([a-z-]+)|^\s*(?:\w+=\S+ )*make ([a-z-]+)", re.MULTILINE)
_FILE = re.compile(
    r"(?<![\w/.<>-])((?:docs|tests|infra|functions|layers|events|requirements|\.ci)/[\w./-]*"
    r"\.(?:md|py|toml|yaml|json|svg|txt|in|png|html|css|js))\b"
)
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def _sections(path: Path) -> set[str]:
    """The anchors of a document: its headings, as GitHub links them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def decisions() -> list[Path]:
    return sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.stem)
def test_a_decision_has_context_decision_rejected_and_consequences(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert re.match(rf"# {path.name[:4]} · .+\n\n\d{{4}}-\d\d-\d\d · (accepted|superseded)", text)


def test_decisions_are_numbered_without_gaps_and_indexed() -> None:
    numbers = [path.name[:4] for path in decisions()]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    index = re.findall(r"^\| \[(\d{4})\]\((\S+)\)", (DECISIONS / "README.md").read_text(), re.M)
    assert index == [(path.name[:4], path.name) for path in decisions()]


@pytest.mark.parametrize("path", documents(), ids=str)
def test_every_link_leads_to_a_file(path: Path) -> None:
    text = _CODE.sub("", documents()[path])
    for target, section in [*_LINK.findall(text), *((image, "") for image in _IMAGE.findall(text))]:
        file = ROOT / path.parent / target if target else ROOT / path
        assert file.exists(), f"{path} links to {target}"
        assert not section or section in _sections(file), f"{path} links to {target}#{section}"


@pytest.mark.parametrize("path", documents(), ids=str)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", texts()[Path("Makefile")], re.MULTILINE))
    code = "\n".join(_CODE.findall(documents()[path]))
    named = {name for found in _COMMAND.findall(code) for name in found if name}
    assert not named - targets


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= MOST_README_LINES


def test_every_file_that_is_named_exists() -> None:
    named = {(path, name) for path, text in texts().items() for name in _FILE.findall(text)}
    missing = sorted(f"{path}: {name}" for path, name in named if not (ROOT / name).exists())
    assert not missing


def test_the_architecture_names_every_room_and_every_function() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    rooms = (ROOT / "layers" / "aftercare" / "aftercare").glob("*/__init__.py")
    apps = (ROOT / "functions").glob("*/app.py")
    names = {path.parent.name for path in [*rooms, *apps]}
    assert not {name for name in names if f"`{name}`" not in text}


def test_the_ticket_that_the_shops_engineers_copy_can_be_one() -> None:
    text = (ROOT / "docs" / "events.md").read_text()
    tickets = re.findall(r"`(R-\w{4}-\w{4}-\w)`", text)
    assert tickets
    assert [each for each in tickets if not is_ticket(each)] == []


def test_every_event_that_has_a_sample_is_listed() -> None:
    text = (ROOT / "docs" / "events.md").read_text()
    samples = [json.loads(path.read_text()) for path in (ROOT / "events").rglob("*.json")]
    types = {name for sample in samples for name in _types(sample)}
    assert "return.submitted" in types
    assert not {name for name in types if f"`{name}`" not in text}


@pytest.mark.parametrize("queue", template()["Mappings"]["Queues"])
def test_every_event_is_listed_with_the_workers_that_consume_it(queue: str) -> None:
    row = template()["Mappings"]["Queues"][queue]
    lines = (ROOT / "docs" / "events.md").read_text().splitlines()
    for source, name, worker in product(
        row.get("Source", ()), row.get("Events", ()), row.get("Workers", ())
    ):
        begins = f"| `{name}` |" if source == "aftercare" else f"| `{source}` |"
        rows = [line for line in lines if line.startswith(begins) and f"`{name}`" in line]
        function = re.sub(r"(?<!^)(?=[A-Z])", "_", worker).lower()
        # A queue may take events of several sources, each of which has only some of the types.
        assert not rows or any(f"`{function}`" in line for line in rows), (
            f"docs/events.md, {source} {name}: say that `{function}` consumes it"
        )


def _types(sample: Any) -> set[str]:
    """The detail types of the events in a queue's messages."""
    bodies = [
        json.loads(record["body"]) for record in sample.get("Records", []) if "body" in record
    ]
    return {body["detail-type"] for body in bodies if "detail-type" in body}
