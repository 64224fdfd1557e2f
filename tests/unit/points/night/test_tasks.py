"""A task as a message, and messages that are not tasks."""

import json
from datetime import date

import pytest

from aftercare.points.night.errors import TaskInvalidError
from aftercare.points.night.model import Chore, Part, Tally, Task
from aftercare.points.night.tasks import from_body, to_body
from tests.fakes.aws import Json
from tests.fakes.refusals import refused

PART = Part(Chore.EXPIRE, date(2026, 6, 9), 2)
GOOD = {"run": "2026-06-10", "part": PART.key}


@pytest.mark.parametrize(
    "task",
    [
        Task("2026-06-10", PART),
        Task(
            "2026-06-10~dry_1", PART, 3, "mem_A", "mem_Z", True, "mem_K", Tally(1, 2, 3), ("mem_B",)
        ),
    ],
)
def test_a_task_is_read_as_it_was_written(task: Task) -> None:
    assert from_body(json.loads(to_body(task))) == task


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"run": "2026-06-10"},
        GOOD | {"part": "expire#2026-06-09"},
        GOOD | {"part": "forgive#2026-06-09#0"},
        GOOD | {"part": "expire#2026-06-31#0"},
        GOOD | {"run": "tonight"},
        GOOD | {"number": "many"},
        GOOD | {"tally": [1, 2, 3, 4]},
    ],
)
def test_anything_else_is_refused(body: Json) -> None:
    with pytest.raises(TaskInvalidError) as refused:
        from_body(body)
    assert refused.value.code == "task_invalid"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (None, "The task must be an object."),
        ({"run": "2026-06-10"}, "part is missing."),
        (GOOD | {"run": "tonight"}, "run must be the name of a run."),
        (GOOD | {"part": "expire#2026-06-31#0"}, "part must be the name of a part."),
        (GOOD | {"run": "0001-01-01"}, "run must be the name of a run."),
        (GOOD | {"part": "expire#9999-12-31#0"}, "part must be the name of a part."),
        (GOOD | {"number": "many"}, "number must be a whole number from 0 to 1000000000000000."),
        (GOOD | {"number": 10**39}, "number must be a whole number from 0 to 1000000000000000."),
        (GOOD | {"after": "m" * 201}, "after must be text of 200 characters at most."),
        (GOOD | {"failed": ["mem_A", 7]}, "failed[1] must be text of 1 to 200 characters."),
        (GOOD | {"failed": [""]}, "failed[0] must be text of 1 to 200 characters."),
    ],
)
def test_what_is_wrong_is_named(body: object, sentence: str) -> None:
    with refused(TaskInvalidError, "task_invalid", sentence):
        from_body(body)


def test_a_task_of_a_later_version_is_read() -> None:
    assert from_body(GOOD | {"priority": 3}) == Task("2026-06-10", PART)
