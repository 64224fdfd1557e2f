"""The sweep: what is due goes onto the bus, and only then out of the index."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import SHARDS, Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.timeline import Entry

type Publish = Callable[[Sequence[Entry]], list[Entry]]
"""Puts entries on the bus and returns those that it refused."""


@dataclass
class Sweep:
    """What one sweep did. `late` is by how much the latest timer missed its moment."""

    published: int = 0
    refused: int = 0
    late: timedelta = timedelta()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Publishes due timers. Whoever takes an event reads the state again and decides."""

    store: DueStore
    publish: Publish
    clock: Clock

    def sweep(self, has_time: Callable[[], bool]) -> Sweep:
        """Publishes what is due and removes what was published, while there is time.

        Safe to repeat, to run twice at once and to kill anywhere: a timer is removed after the bus
        has its event, so each is published once or more. What the bus refuses stays for the next
        sweep and holds nothing up. The shards take turns, ten timers each, and each minute another
        one begins.
        """
        now, swept = self.clock(), Sweep()
        first = now.minute % SHARDS
        shards = [(first + place) % SHARDS for place in range(SHARDS)]
        turns = deque(self.store.due(shard, now) for shard in shards)
        while turns:
            if not has_time():
                swept.complete = False
                break
            timers = next(turns[0], None)
            if timers is None:
                turns.popleft()
            else:
                self._publish(timers, swept)
                turns.rotate(-1)
        return swept

    def _publish(self, timers: Sequence[Timer], swept: Sweep) -> None:
        entries = {timer: timer.entry() for timer in timers}
        refused = self.publish(list(entries.values()))
        done = [timer for timer, entry in entries.items() if entry not in refused]
        now = self.clock()
        swept.published += len(done)
        swept.refused += len(refused)
        swept.late = max([swept.late, *(now - timer.due_at for timer in timers)])
        self.store.remove(done)
