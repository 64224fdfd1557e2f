"""Whoever edits rules is told which line is wrong."""

from pathlib import Path

import pytest
from msgspec import Struct

from aftercare.kernel.rulebook import Count, Name, RulesInvalidError, read, read_documents


class Window(Struct, forbid_unknown_fields=True):
    days: Count


class Grant(Struct, forbid_unknown_fields=True):
    rule: Name
    window: Window | None = None
    names: tuple[Name, ...] = ()


class Document(Struct, forbid_unknown_fields=True):
    version: Name
    grants: tuple[Grant, ...]
    never: Window | None = None


LINES = [
    "# The rules.",
    'version = "1"',
    "",
    "[never]",
    "days = 1",
    "",
    "[[grants]]",
    'rule = "A"',
    "window = {days = 1}",
    "names = [",
    '  "one",',
    "]",
    "[[grants]]",
    'rule = "B"',
    "window = {days = 2}",
]


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (2, "version = 1"),
        (2, "vrsion = 1"),  # unknown and another one missing: the unknown one is named
        (4, "[nevr]"),
        (5, "days = -1"),
        (8, "rule = 1"),
        (9, 'window = {days = "1"}'),
        (9, "window = {days = 1, weeks = 2}"),
        (14, "rule = 1"),
        (15, "window = {days = -2}"),
        (15, "windw = {days = 2}"),
        (15, "window = days = 2"),  # no TOML
    ],
)
def test_the_line_that_is_wrong_is_named(tmp_path: Path, line: int, instead: str) -> None:
    wrong = [*LINES[: line - 1], instead, *LINES[line:]]
    (tmp_path / "1.toml").write_text("\n".join(wrong))
    with pytest.raises(RulesInvalidError, match=rf"line {line}\b"):
        read_documents(tmp_path, lambda text: read(text, Document))


def test_an_item_of_a_list_and_a_missing_field_have_the_line_of_what_is_around_them(
    tmp_path: Path,
) -> None:
    for old, new, line in (('  "one",', "  1,", 10), ('rule = "B"', "", 13)):
        (tmp_path / "1.toml").write_text("\n".join(LINES).replace(old, new))
        with pytest.raises(RulesInvalidError, match=rf"^1.toml, line {line}: grants"):
            read_documents(tmp_path, lambda text: read(text, Document))


def test_documents_are_read_as_they_are_written_and_as_the_build_compiles_them(
    tmp_path: Path,
) -> None:
    text = "\n".join(LINES)
    compiled = '{"version": "1", "grants": []}'
    assert len(read(text, Document).grants) == 2
    assert read(compiled, Document) == Document("1", ())
    (tmp_path / "1.json").write_text(compiled)
    assert read_documents(tmp_path, lambda text: read(text, Document)) == [Document("1", ())]
