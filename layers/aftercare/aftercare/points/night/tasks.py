"""A task as the text of a message, and back."""

import json
from collections.abc import Callable
from typing import Annotated

from msgspec import Meta, Struct

from aftercare.kernel.reading import FieldError, OptionalText, Text, convert
from aftercare.points.night.errors import TaskInvalidError
from aftercare.points.night.model import Part, Tally, Task, scheduled_in


def to_body(task: Task) -> str:
    tally = task.tally
    return json.dumps(
        {
            "run": task.run_id,
            "part": task.part.key,
            "number": task.number,
            "after": task.after,
            "until": task.until,
            "is_last": task.is_last,
            "resume": task.resume,
            "tally": [tally.members, tally.points, tally.stale],
            "failed": task.failed,
        }
    )


Count = Annotated[int, Meta(ge=0, le=10**15)]


class TaskBody(Struct, frozen=True, kw_only=True):
    """A task as a message carries it."""

    run: str
    part: str
    number: Count = 0
    after: OptionalText = ""
    until: OptionalText = ""
    is_last: bool = False
    resume: OptionalText = ""
    tally: tuple[Count, Count, Count] = (0, 0, 0)
    failed: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        _require(scheduled_in, "run", self.run)
        _require(Part.of, "part", self.part)


def from_body(body: object) -> Task:
    """The task in a message that was parsed.

    Raises:
        TaskInvalidError: It was not made by `to_body`.
    """
    task = convert(body, TaskBody, TaskInvalidError, "task")
    return Task(
        run_id=task.run,
        part=Part.of(task.part),
        number=task.number,
        after=task.after,
        until=task.until,
        is_last=task.is_last,
        resume=task.resume,
        tally=Tally(*task.tally),
        failed=task.failed,
    )


def _require(parse: Callable[[str], object], field: str, text: str) -> None:
    try:
        parse(text)
    except ValueError:
        raise FieldError(field, f"the name of a {field}") from None
