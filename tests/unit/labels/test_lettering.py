"""Any text ends up inside its box, in letters that can be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.labels import lettering

WIDTH, HEIGHT, SIZES = 120.0, 70.0, (12.0, 5.0)

anything = st.text(max_size=120)
scripts = st.text("aW.é łЖ中文한글ไทยน้ำمن😀\u0301\u202e\n", max_size=200)


@settings(deadline=None, max_examples=150)
@given(st.lists(anything | scripts, max_size=5))
def test_lines_never_leave_their_box(texts: list[str]) -> None:
    setting = lettering.fit(texts, WIDTH, HEIGHT, SIZES)
    assert SIZES[1] <= setting.size <= SIZES[0]
    assert len(setting.lines) * setting.size * 1.16 <= HEIGHT
    for line in setting.lines:
        assert lettering.width_of(line, setting.size, setting.face) <= WIDTH


@settings(deadline=None)
@given(anything | scripts)
def test_every_character_that_is_set_has_a_glyph(text: str) -> None:
    for run in lettering.runs(lettering.legible(text)):
        if run.face in {lettering.REGULAR, lettering.BOLD}:
            run.text.encode("cp1252")


@settings(deadline=None)
@given(anything | scripts)
def test_cutting_into_runs_loses_nothing(text: str) -> None:
    assert "".join(run.text for run in lettering.runs(text)) == text


@pytest.mark.parametrize(
    "text",
    ["陈小明", "北京市朝阳区建国路88号", "山田 太郎", "김철수", "Łukasz Żółć", "Nguyễn Thị Hồng",
     "Дом 5", "สมชาย ใจดี", "Œuvre “№” €"],
)  # fmt: skip
def test_names_of_many_scripts_are_kept_as_they_are(text: str) -> None:
    assert lettering.legible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("محمد علي", "mhmd `ly"),
        ("Ana 😀\u202e\tLee\n", "Ana Lee"),
        ("e\u0301", "é"),
        ("\u0000\ud7ff", ""),
    ],
)
def test_what_cannot_be_drawn_is_spelled_in_latin_or_dropped(text: str, shown: str) -> None:
    assert lettering.legible(text) == shown


def test_one_address_is_set_in_one_typeface_if_there_is_one() -> None:
    setting = lettering.fit(["Łukasz", "Plain Street 5"], 200, 50, SIZES)
    assert setting.face not in {lettering.REGULAR, lettering.BOLD}
    assert len(lettering.runs("Plain Street 5", setting.face)) == 1


def test_a_boundless_name_does_not_push_the_city_off() -> None:
    setting = lettering.fit(["Name " * 100, "Street " * 90, "Long Beach"], WIDTH, HEIGHT, SIZES)
    assert setting.lines[-1] == "Long Beach"
    assert setting.size == SIZES[1]
    assert any(line.endswith("…") for line in setting.lines)


def test_text_that_fits_is_set_in_the_largest_size() -> None:
    setting = lettering.fit(["Ana", "Lee"], WIDTH, HEIGHT, SIZES)
    assert setting == lettering.Setting(lettering.REGULAR, 12.0, ("Ana", "Lee"))


def test_a_text_that_is_cut_is_shown_from_its_beginning_without_a_gap() -> None:
    name, street = ("".join(f"{kind}{n:03d}" for n in range(100)) for kind in "NS")
    setting = lettering.fit([name, street], WIDTH, HEIGHT, SIZES)
    assert (setting.size, len(setting.lines)) == (SIZES[1], 6)
    for text, lines in ((name, setting.lines[:3]), (street, setting.lines[3:])):
        shown = "".join(lines)
        assert shown.endswith("…")
        assert text.startswith(shown.removesuffix("…"))
