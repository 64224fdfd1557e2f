"""Plans the night's run of a date, at 03:30 or for an operator, and queues its parts."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.clock import day_from_text, from_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id
from aftercare.kernel.observe import logger
from aftercare.points.night.model import Run
from aftercare.points.night.wiring import NightConfig, night_service

type Event = dict[str, Any]

_ACTOR = system("points_expiry")
_night = night_service(read(NightConfig))


def handler(event: Event, _context: LambdaContext) -> Event:
    """Takes `{"scheduled": …}` from the schedule, `{"date": …, "dry_run": true}` from operators."""
    if "Records" in event:  # the invocation that warms the function after a deployment
        return {}
    if event.get("check"):
        return _check(_day(event))
    preview_id = new_id("dry", utc_now()) if event.get("dry_run") else ""
    run = _night.run(_day(event), preview_id, actor=_ACTOR)
    logger.info("run planned", extra=_summary(run))
    return _summary(run)


def _check(scheduled: date) -> Event:
    """Checks that the run is over, which is due by 06:00; alarms count both log lines."""
    is_over = _night.is_over(scheduled)
    result = {"run_id": scheduled.isoformat(), "complete": is_over}
    if is_over:
        logger.info("run complete", extra=result)
    else:
        logger.error("run incomplete", extra=result)
    return result


def _day(event: Event) -> date:
    if "date" in event:
        return day_from_text(event["date"])
    return _night.day_of(_moment(str(event["scheduled"])))


def _moment(scheduled: str) -> datetime:
    """The scheduled time, or now if the placeholder was not replaced, as on the local stack."""
    with suppress(ValueError):
        return from_text(scheduled)
    return utc_now()


def _summary(run: Run) -> Event:
    parts, done = len(run.parts), len(run.parts & run.done)
    return {"run_id": run.run_id, "state": run.state, "parts": parts, "done": done}
