"""A static file's name follows its content, so browsers may keep it for ever."""

import json
from pathlib import Path

import pytest

from aftercare.web.static_files import SHARED, StaticFiles


def served(folder: Path, text: str) -> StaticFiles:
    (folder / "page.css").write_text(text)
    (folder / "notes.txt").write_text("not served")
    return StaticFiles("/static", folder)


def name_in(files: StaticFiles) -> str:
    return files.url("page.css").removeprefix("/static/")


def test_another_content_has_another_name(tmp_path: Path) -> None:
    first = served(tmp_path, "a {}").url("page.css")
    assert first == StaticFiles("/static", tmp_path).url("page.css")
    assert first != served(tmp_path, "b {}").url("page.css")


def test_a_file_is_kept_for_ever(tmp_path: Path) -> None:
    files = served(tmp_path, "a {}")
    answer = files.response(name_in(files), "req-1")
    assert (answer.status_code, answer.body) == (200, "a {}")
    assert answer.headers == {
        "Content-Type": "text/css; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
    }


@pytest.mark.parametrize("name", ["page.css", "page.00000000.css", "notes.txt", "../page.css", ""])
def test_any_other_name_is_a_problem(tmp_path: Path, name: str) -> None:
    answer = served(tmp_path, "a {}").response(name, "req-1")
    assert answer.status_code == 404
    assert json.loads(json.dumps(answer.body))["instance"] == "req-1"
    assert "Cache-Control" not in answer.headers


def test_applications_share_one_set_of_files(tmp_path: Path) -> None:
    one, other = StaticFiles("/static", SHARED), StaticFiles("/authenticity/static", SHARED)
    assert other.url("site.css") == f"/authenticity{one.url('site.css')}"
    with pytest.raises(KeyError):
        StaticFiles("/static", tmp_path).url("site.css")
