"""A task as the text of a message, and back."""

import json

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


def from_body(body: object) -> Task:
    """The task in a message that was parsed.

    Raises:
        TaskInvalidError: It was not made by `to_body`.
    """
    if not isinstance(body, dict):
        raise TaskInvalidError("A task must be an object.")
    try:
        scheduled_in(str(body["run"]))
        return Task(
            run_id=str(body["run"]),
            part=Part.of(str(body["part"])),
            number=int(body.get("number", 0)),
            after=str(body.get("after", "")),
            until=str(body.get("until", "")),
            is_last=bool(body.get("is_last")),
            resume=str(body.get("resume", "")),
            tally=Tally(*map(int, body.get("tally", ()))),
            failed=tuple(map(str, body.get("failed", ()))),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise TaskInvalidError("The message is not a task.") from error
