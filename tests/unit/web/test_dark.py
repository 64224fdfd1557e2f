"""In the dark a page has other colours, and nothing else: tests in the dark look at colours."""

import re
from pathlib import Path

import pytest

from infra.local.settings import ROOT

PLACES = (ROOT / "layers/aftercare/aftercare/web", ROOT / "functions")
SOURCES = sorted(
    path
    for place in PLACES
    for path in place.rglob("*")
    if path.suffix in {".css", ".html", ".js", ".svg"} and "color-scheme" in path.read_text("utf-8")
)
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{([^{}]*)\}\s*\}")
# For browsers that colour their own frame, and their own fields and scroll bars.
FRAMES = re.compile(r'<meta name="(theme-color|color-scheme)"[^>]*>|color-scheme: [a-z ]+;')
COLOUR = re.compile(r"--[\w-]+: #[0-9a-f]{3,8}|--lift: none")  # no shadow in the dark


def test_there_are_dark_pages() -> None:
    assert {path.name for path in SOURCES} >= {"site.css", "authenticity.css"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_dark_sets_named_colours_and_nothing_else(path: Path) -> None:
    text = path.read_text("utf-8")
    for block in DARK.findall(text):
        for declaration in filter(None, (line.strip() for line in block.split(";"))):
            assert COLOUR.fullmatch(declaration), declaration
    assert "color-scheme" not in FRAMES.sub("", DARK.sub("", text))
