"""A desk where codes are checked: the service on a test's table, with a set clock and dice."""

import itertools
import random
from dataclasses import dataclass, field

from aftercare.authenticity.history_store import HistoryStore
from aftercare.authenticity.model import Answer, Audience
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.store import CheckStore
from aftercare.batches.model import Batch, BatchStatus
from aftercare.kernel.actor import CUSTOMER
from tests.fakes.codes import BATCH_CODES, Shelf, batch, book_on, code, ring
from tests.fakes.house import SetClock

# Of tests/samples/authenticity, which are stored beside what tests make.
_SAMPLES = {1, 2, 3, 4, 162, 478}
_serials = (each for each in itertools.count(1) if each % BATCH_CODES not in _SAMPLES)


@dataclass
class Desk:
    """Batch 0 is active, the others are what their names say."""

    service: AuthenticityService
    clock: SetClock
    batches: dict[BatchStatus, Batch] = field(default_factory=dict)
    till_id: str = "S-0412"

    def fresh_code(self, status: BatchStatus = BatchStatus.ACTIVE) -> str:
        """A code without checks, of a batch of that status."""
        return code(self.batches[status].first_serial + next(_serials) % BATCH_CODES)

    def customer(self, text: str, visitor: str, country: str = "US") -> Answer:
        """A check by a person with a network and a device of their own."""
        return self.service.check(
            text,
            visitor=visitor,
            audience=Audience.CUSTOMER,
            country=country,
            network=visitor,
            device=visitor,
            actor=CUSTOMER,
        )

    def store(self, text: str, request: str, country: str = "US") -> Answer:
        return self.service.check(
            text,
            visitor=f"client:{request}",
            audience=Audience.STORE,
            country=country,
            store_id=self.till_id,
            actor=CUSTOMER,
        )


def desk_on(table: str) -> Desk:
    clock = SetClock()
    store, histories = CheckStore(table), HistoryStore(table)
    batches = {status: batch(number, status) for number, status in enumerate(BatchStatus)}
    return Desk(
        AuthenticityService(
            ring=ring(clock),
            book=book_on(Shelf(batches.values()), clock),
            store=lambda: store,
            histories=lambda: histories,
            clock=clock,
            entropy=random.SystemRandom().getrandbits,
        ),
        clock,
        batches,
    )
