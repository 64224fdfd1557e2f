"""Why a night's run is refused or has to be tried again."""

from datetime import date

from aftercare.kernel.errors import (
    BusyError,
    InvalidError,
    NotFoundError,
    RefusedError,
)


class RunTooEarlyError(RefusedError):
    """The day has not begun in the program's zone: its points are still good."""

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
    """Some members of a slice could not be done; the whole slice is to be done again."""

    code = "members_failed"

    def __init__(self, run_id: str, part: str, members: int) -> None:
        super().__init__(
            "Some members could not be done.", run_id=run_id, part=part, members=members
        )


class TaskInvalidError(InvalidError):
    """A message of the queue is no task of ours."""

    code = "task_invalid"
