"""A shop's counter: batches of every status, and codes without checks."""

import itertools
from collections.abc import Mapping
from datetime import timedelta

from aftercare.authenticity.codes import shown
from aftercare.authenticity.model import Answer, Audience
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.batches.model import BatchStatus
from aftercare.batches.store import BatchStore
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read
from aftercare.kernel.symbols import sealed
from aftercare.kernel.timeline import Entry
from tests.fakes.actors import SOMEBODY
from tests.fakes.codes import BATCH_CODES, NOON, batch, code

KNOWN_ISSUE = {"en": "The left ear comes off.", "fr": "L'oreille gauche se détache."}
REMEDY = {"en": "Send it back.", "fr": "Renvoyez-la."}
FORGED = shown(sealed(0x123456789ABCDEF))
_NUMBERS = {status: number for number, status in enumerate(BatchStatus)}
_serials = itertools.count(1)


def stock(batches_table: str, picture: str = "") -> None:
    """Puts a batch of each status into the table; the recalled one says why."""
    store = BatchStore(batches_table)
    for status, number in _NUMBERS.items():
        texts: Mapping[str, object] = (
            {"known_issue": KNOWN_ISSUE, "remedy": REMEDY} if status is BatchStatus.RECALLED else {}
        )
        made = batch(number, status, picture=picture, **texts)
        data = {"batch_id": made.batch_id, "count": str(made.count)}
        entry = Entry(
            f"ent_{number}", "batch.export_requested", made.batch_id, NOON, data, actor=SOMEBODY
        )
        store.add(made, entry)


def fresh_code(status: BatchStatus = BatchStatus.ACTIVE) -> str:
    """A code without checks, of a batch of that status."""
    return shown(code(_NUMBERS[status] * BATCH_CODES + next(_serials) % BATCH_CODES))


def unissued_code() -> str:
    """A genuine code of a serial that is in no batch."""
    return shown(code(len(_NUMBERS) * BATCH_CODES + next(_serials)))


def sold_twice(text: str) -> str:
    """The code, after it was sold twice without a return between: a strong sign of copies."""
    service = authenticity_service(read(AuthenticityConfig))
    for days in (9, 2):
        service.record_sale(text, utc_now() - timedelta(days=days), actor=SOMEBODY)
    return text


def customer_checks(text: str, visitor: str, country: str = "US") -> Answer:
    """A customer's check of the code, on the portal."""
    service = authenticity_service(read(AuthenticityConfig))
    return service.check(
        text, visitor=visitor, audience=Audience.CUSTOMER, country=country, actor=CUSTOMER
    )
