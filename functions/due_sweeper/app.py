"""Puts everything that is due on the bus, every minute."""

from functools import partial
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel import bus
from aftercare.kernel.config import read
from aftercare.kernel.due.wiring import DueConfig, due_sweeper
from aftercare.kernel.observe import logger

type Event = dict[str, Any]

# Enough for one turn of a sweep, three requests, each sent twice and unanswered (`kernel/aws.py`).
_RESERVE_MS = 20_000


class Config(NamedTuple):
    """The bus."""

    event_bus: str


_sweeper = due_sweeper(read(DueConfig), partial(bus.put, read(Config).event_bus))


def handler(event: Event, context: LambdaContext) -> Event:
    """Takes the schedule's invocation; the alarm of late timers counts its log line."""
    if "Records" in event:  # the invocation that warms the function after a deployment
        return {}
    swept = _sweeper.sweep(lambda: context.get_remaining_time_in_millis() > _RESERVE_MS)
    result = {
        "published": swept.published,
        "refused": swept.refused,
        "late_seconds": round(swept.late.total_seconds()),
        "complete": swept.complete,
    }
    logger.info("swept", extra=result)
    return result
