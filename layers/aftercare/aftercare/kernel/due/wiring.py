"""Builds the due index from its configuration."""

from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.due.store import DueStore

if TYPE_CHECKING:
    from aftercare.kernel.due.sweeping import Publish, Sweeper


class DueConfig(NamedTuple):
    """What the index needs of a deployment."""

    due_table: str


def due_store(config: DueConfig) -> DueStore:
    """The index, for a room's store that writes timers with its states."""
    return DueStore(config.due_table)


def due_sweeper(config: DueConfig, publish: "Publish", *, clock: Clock = utc_now) -> "Sweeper":
    """The sweeper of the configured index."""
    # The rooms that write timers don't sweep.
    from aftercare.kernel.due.sweeping import Sweeper  # noqa: PLC0415

    return Sweeper(DueStore(config.due_table), publish, clock)
