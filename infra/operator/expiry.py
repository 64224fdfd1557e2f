"""Runs the night of a date, or previews it."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import date

from aftercare.points.night.model import Part, Run
from aftercare.points.night.wiring import LedgerConfig, run_store
from infra.local.settings import StackError
from infra.operator.asking import confirm
from infra.operator.progress import Progress
from infra.operator.target import Target, target

STALLED_SECONDS = 120.0
_POLL_SECONDS = 0.5


def run(arguments: Namespace) -> None:
    """Plan the run, wait for the workers, print the run's record."""
    stack = target(arguments)
    change = f"expire points and send reminders as of {arguments.date}; a repeat changes nothing"
    confirm(arguments, stack, change)
    _run(stack, event(arguments.date))


def preview(arguments: Namespace) -> None:
    """The same without changing any account; only the preview's own record is written."""
    _run(target(arguments), event(arguments.date, dry_run=True))


def event(scheduled: date, *, dry_run: bool = False) -> dict[str, object]:
    """The planner's input."""
    dry = {"dry_run": True} if dry_run else {}
    return {"date": scheduled.isoformat(), **dry}


def wait(
    look: Callable[[], Run],
    pause: Callable[[float], None] = time.sleep,
    ticks: Callable[[], float] = time.monotonic,
) -> Run:
    """Watches the run until it is complete and audited; gives up when it makes no progress."""
    night = look()
    whole = len(night.parts | night.audits)
    progress = Progress(sys.stderr, whole, "parts") if whole else _nothing
    last, moved_at = -1, ticks()
    while not night.is_over:
        if len(night.done) != last:
            last, moved_at = len(night.done), ticks()
            progress(last)
        if ticks() - moved_at > STALLED_SECONDS:
            raise StackError(
                f"The run has stalled at {last:,} of {whole:,} parts. Queued work is retried "
                "automatically; the same command queues the open parts again now."
            )
        pause(_POLL_SECONDS)
        night = look()
    progress(whole)
    return night


def shown(run: Run) -> str:
    """The run's record, a line per fact."""
    expired, reminded = run.expired, run.reminded
    days = sorted({Part.of(key).due for key in run.parts if key.startswith("expire#")})
    facts = {
        "Run": f"{run.run_id}, {'a preview: nothing was written' if run.is_preview else run.state}",
        "Due days": f"{days[0]} to {days[-1]}" if days else "none",
        "Parts": f"{len(run.parts & run.done):,} of {len(run.parts):,}",
        "Members": f"{expired.members:,}",
        "Points": f"{expired.points:,}",
        "Stale": f"{expired.stale:,} markers",
        "Reminded": f"{reminded.members:,} of {reminded.points:,} points",
        "Errors": f"{run.errors:,}",
        "Audit": _audit(run),
    }
    return "\n".join(f"{name:9}  {value}" for name, value in facts.items())


def _audit(run: Run) -> str:
    if run.is_preview:
        return "none"
    if not run.audited_at:
        return "under way"
    return "; ".join(sorted(run.differences)) or "no difference"


def _run(stack: Target, plan: dict[str, object]) -> None:
    run_id = _planned(stack, plan)
    store = run_store(LedgerConfig(stack.output("PointsTable")))
    print(shown(wait(lambda: store.run(run_id))))


def _planned(stack: Target, plan: dict[str, object]) -> str:
    response = stack.session.client("lambda").invoke(
        FunctionName=stack.output("PointsExpiryFunction"), Payload=json.dumps(plan).encode()
    )
    answer = json.loads(response["Payload"].read())
    if response.get("FunctionError"):
        raise StackError(f"The run could not be planned: {answer.get('errorMessage', answer)}")
    return str(answer["run_id"])


def _nothing(_: int) -> None:
    """A run without parts has no progress to show."""
