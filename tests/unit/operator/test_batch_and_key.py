"""The file with a batch's texts, and what one more key changes in the secret."""

import json
from pathlib import Path

import pytest

from aftercare.authenticity.keys import parse
from aftercare.batches.model import BatchStatus
from infra.local.settings import StackError
from infra.operator.batch import set_status, shown, texts
from infra.operator.commands import parser
from infra.operator.key import with_next
from tests.fakes.codes import KEYS, KEYS_TEXT
from tests.fakes.codes import batch as a_batch


def written(folder: Path, content: str) -> Path:
    path = folder / "issue.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_says_what_is_wrong_and_what_to_do_by_language(tmp_path: Path) -> None:
    path = written(
        tmp_path, '[known_issue]\nen = "Ear."\nzh = "左耳。"\n[remedy]\nen = "A new one."\n'
    )
    assert texts(path) == ({"en": "Ear.", "zh": "左耳。"}, {"en": "A new one."})


def test_what_a_file_does_not_have_stays_as_it_is(tmp_path: Path) -> None:
    assert texts(written(tmp_path, '[remedy]\nen = "A new one."\n')) == (None, {"en": "A new one."})


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ("no toml", "is not valid TOML"),
        ("", "must have"),
        ('known_issue = "Ear."', "must have"),
        ("[known_issue]\nen = 1", "must have"),
        ('[known_issues]\nen = "Ear."', "must have"),
    ],
)
def test_another_file_is_refused_with_what_it_must_have(
    tmp_path: Path, content: str, detail: str
) -> None:
    with pytest.raises(StackError, match=detail):
        texts(written(tmp_path, content))


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        (["batch", "show"], "the following arguments are required: BATCH"),
        (["batch", "set", "B00-0000000000"], "the following arguments are required: STATUS"),
        (["batch", "set", "B00-0000000000", "draft"], "invalid choice: 'draft' (choose from"),
        (["batch", "show", "B00-0000000000", "--issue", "x.toml"], "unrecognized arguments"),
    ],
)
def test_half_a_command_is_refused_before_anything_happens(
    words: list[str], detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(words)
    assert detail in capsys.readouterr().err


def test_a_missing_file_is_refused_before_anything_happens() -> None:
    words = ["batch", "set", "B00-0000000000", "blocked", "--issue", "/nowhere/x.toml"]
    with pytest.raises(StackError, match="There is no file"):
        set_status(parser().parse_args(words))


def test_a_batch_is_shown_with_its_texts_and_without_what_it_lacks() -> None:
    recalled = a_batch(0, BatchStatus.RECALLED, known_issue={"en": "Ear."}, factory="")
    lines = shown(recalled).splitlines()
    assert "Status        recalled" in lines
    assert "Issue (en)    Ear." in lines
    assert not [line for line in lines if line.startswith("Factory")]


def test_a_key_more_leaves_the_others_as_they_are() -> None:
    text, added = with_next(KEYS_TEXT)
    keys = parse(text)
    assert added == 2
    assert {key_id: keys[key_id] for key_id in KEYS} == KEYS
    assert len(json.loads(text)["2"]) == 128
    assert keys[2].tag != keys[2].mask


def test_no_two_keys_are_the_same() -> None:
    assert len({with_next(KEYS_TEXT)[0] for _ in range(20)}) == 20


def test_after_the_last_key_id_there_is_none() -> None:
    full = json.dumps({str(key_id): "k" * 128 for key_id in range(32)})
    with pytest.raises(StackError, match="All 32 key ids are in use"):
        with_next(full)
