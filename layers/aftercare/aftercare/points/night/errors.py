"""Why a night's run is refused or has to be tried again."""

from datetime import date

from aftercare.kernel.errors import (
    BusyError,
    InvalidError,
    NotFoundError,
    RefusedError,
)


class RunTooEarlyError(RefusedError):
    """The day has not begun in the program's zone: points are still valid."""

    code = "run_too_early"

    def __init__(self, scheduled: date, today: date) -> None:
        super().__init__(
            f"The run of {scheduled} can't begin before that day; today is {today}.",
            scheduled=scheduled.isoformat(),
        )


class RunNotFoundError(NotFoundError):
    """No run was planned for that day."""

    code = "run_not_found"

    def __init__(self, run_id: str) -> None:
        super().__init__("There is no such run.", run_id=run_id)


class MembersFailedError(BusyError):
    """Some members of a slice failed; the slice is to be retried."""

    code = "members_failed"

    def __init__(self, run_id: str, part: str, members: int) -> None:
        super().__init__("Some members failed.", run_id=run_id, part=part, members=members)


class TaskInvalidError(InvalidError):
    """A message in the queue is not a task."""

    code = "task_invalid"
