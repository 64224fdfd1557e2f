"""Plans the run of a date, at 03:30 or for an operator, and queues its parts for the workers."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.clock import from_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id
from aftercare.kernel.observe import logger
from aftercare.points.night.model import Run
from aftercare.points.night.wiring import NightConfig, night_service

type Event = dict[str, Any]

_ACTOR = system("points_expiry")
_night = night_service(read(NightConfig))


def handler(event: Event, _context: LambdaContext) -> Event:
    """`{"scheduled": …}` from the schedule; `{"date": …, "dry_run": true}` from an operator."""
    if "Records" in event:  # the call that warms a function after a deployment
        return {}
    if event.get("check"):
        return _check(_day(event))
    preview = new_id("dry", utc_now()) if event.get("dry_run") else ""
    run = _night.run(_day(event), preview, actor=_ACTOR)
    logger.info("run planned", extra=_summary(run))
    return _summary(run)


def _check(scheduled: date) -> Event:
    """Whether the run is over, as it must be by 06:00; alarms count the log lines of both."""
    complete = _night.is_over(scheduled)
    facts = {"run_id": scheduled.isoformat(), "complete": complete}
    if complete:
        logger.info("run complete", extra=facts)
    else:
        logger.error("run incomplete", extra=facts)
    return facts


def _day(event: Event) -> date:
    if "date" in event:
        return date.fromisoformat(event["date"])
    return _night.day_of(_moment(str(event["scheduled"])))


def _moment(scheduled: str) -> datetime:
    """The scheduled time; now where the placeholder was not replaced, as on the local stack."""
    with suppress(ValueError):
        return from_text(scheduled)
    return utc_now()


def _summary(run: Run) -> Event:
    parts, done = len(run.parts), len(run.parts & run.done)
    return {"run_id": run.run_id, "state": run.state, "parts": parts, "done": done}
