"""Runs the night of a date, or previews it: `make expiry DATE=2026-11-21 [DRY_RUN=1]`."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from aftercare.points.night.model import Part, Run
from aftercare.points.night.wiring import LedgerConfig, run_store
from infra.local.settings import StackError
from infra.operator.progress import Progress
from infra.operator.target import Target, target, tell

USAGE = "Which night? make expiry DATE=2026-11-21 [DRY_RUN=1] [STACK=…]."
STALLED_SECONDS = 120.0
_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Order:
    """The run that the operator wants."""

    scheduled: date
    dry_run: bool

    @property
    def event(self) -> dict[str, object]:
        """The planner's event."""
        dry = {"dry_run": True} if self.dry_run else {}
        return {"date": self.scheduled.isoformat(), **dry}


def order(settings: Mapping[str, str]) -> Order:
    """The order in the settings, checked before anything happens."""
    text = settings.get("DATE", "").strip()
    if not text:
        raise StackError(USAGE)
    try:
        scheduled = date.fromisoformat(text)
    except ValueError:
        raise StackError(f"DATE={text} is not a date. {USAGE}") from None
    return Order(scheduled, settings.get("DRY_RUN", "").strip() not in {"", "0"})


def expiry(settings: Mapping[str, str]) -> None:
    """Plan the run, wait for the workers, print the run's record."""
    wanted = order(settings)
    stack = target(settings)
    run_id = _planned(stack, wanted)
    store = run_store(LedgerConfig(stack.output("PointsTable")))
    print(shown(wait(lambda: store.run(run_id))))


def wait(
    look: Callable[[], Run],
    pause: Callable[[float], None] = time.sleep,
    ticks: Callable[[], float] = time.monotonic,
) -> Run:
    """Watches the run until it is complete and audited; gives up when it stalls."""
    run = look()
    whole = len(run.parts | run.audits)
    progress = Progress(sys.stderr, whole, "parts") if whole else _nothing
    last, moved_at = -1, ticks()
    while not run.is_over:
        if len(run.done) != last:
            last, moved_at = len(run.done), ticks()
            progress(last)
        if ticks() - moved_at > STALLED_SECONDS:
            raise StackError(
                f"The run has stalled at {last:,} of {whole:,} parts. Queued work is retried "
                "automatically; the same command queues the open parts again at once."
            )
        pause(_POLL_SECONDS)
        run = look()
    progress(whole)
    return run


def shown(run: Run) -> str:
    """The run's record, a line for each fact."""
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


def _planned(stack: Target, wanted: Order) -> str:
    answer = stack.session.client("lambda").invoke(
        FunctionName=stack.output("PointsExpiryFunction"), Payload=json.dumps(wanted.event).encode()
    )
    result = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise StackError(f"The run could not be planned: {result.get('errorMessage', result)}")
    return str(result["run_id"])


def _nothing(_: int) -> None:
    """There is nothing to wait for."""


if __name__ == "__main__":
    tell(expiry)
