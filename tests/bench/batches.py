"""How long the batch of a serial takes to find, by the number of batches.

The emulators compare every item of a table with a query. Here a loopback server answers as DynamoDB
does, from sorted keys, so that the time is that of our code, its libraries and one request.
"""

import json
import os
import random
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aftercare.batches.book import BatchBook
from aftercare.batches.model import BatchStatus
from aftercare.batches.shelf_store import ShelfStore
from aftercare.kernel.clock import utc_now
from tests.bench.capacity import Item, item_size
from tests.bench.tables import table
from tests.fakes import wired
from tests.fakes.servers import serving

BATCHES = (100, 10_000, 100_000)
CODES = 1_000
LOOKS = 300
SEED = 20261128
_TEXTS = {"status": BatchStatus.ACTIVE, "product": "Tiny Tide, series 3", "factory": "Dongguan 2"}
_TEXTS |= {"gtin": "06941234567898", "batch_code": "TT-2026-06", "sku": "BB-1"}
_TEXTS |= {"known_issue": "{}", "remedy": "{}", "changed_by": "operator:li", "pk": "BATCHES"}
_TEXTS |= dict.fromkeys(("created_at", "changed_at"), "2026-06-10T19:00:00.000000Z")
_SETTINGS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_SETTINGS["AWS_DEFAULT_REGION"] = "us-west-2"


@dataclass
class Table:
    """A sorted partition of batches, without holes; it counts what is asked."""

    count: int
    asked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = [f"00#{number * CODES:010d}" for number in range(self.count)]

    def answer(self, _: Mapping[str, str], request: bytes) -> bytes:
        """A query with a limit of one, backwards from a key; or one for leaked keys, of none."""
        query = json.loads(request)
        texts = sorted(value["S"] for value in query["ExpressionAttributeValues"].values())
        items: list[Item] = []
        if query.get("Limit") == 1:
            items = [_item(self.keys[bisect_right(self.keys, texts[1]) - 1])]
        self.asked.append(sum(map(item_size, items)))
        counts = dict.fromkeys(("Count", "ScannedCount"), len(items))
        return json.dumps({"Items": items, **counts}).encode()


def report() -> str:
    """Milliseconds for a serial's batch: nothing in memory, then with what was found."""
    rows = []
    for count in BATCHES:
        stored = Table(count)
        with _store_on(stored) as store:
            cold = [_milliseconds(_book(store), serial) for serial in _serials(count)]
            requests, largest = len(stored.asked) / LOOKS, max(stored.asked)
            book = _book(store)
            warm = [_milliseconds(book, serial % (CODES * 100)) for serial in _serials(count)]
        rows.append([f"{count:,}", *_figures(cold), f"{requests:g}", largest, *_figures(warm)])
    heads = ["batches", "new environment p50 ms", "p99", "requests", "bytes read"]
    note = (
        f"{LOOKS} serials at random, seed {SEED}. A new environment reads the batch and the leaked "
        "keys, each one read unit; the last columns are an environment that is asked about 100 "
        "batches. DynamoDB's own time and the SDK's first import are not in these figures."
    )
    return f"{table([*heads, '100 batches in use p50 ms', 'p99'], rows)}\n\n{note}"


@contextmanager
def _store_on(stored: Table) -> Iterator[ShelfStore]:
    with serving(stored.answer, keep_alive=True) as url:
        before = dict(os.environ)
        os.environ |= _SETTINGS | {"AWS_ENDPOINT_URL_DYNAMODB": url}
        wired.forget()
        store = ShelfStore("batches")
        store.covering(0, 0)  # the client, and its connection
        stored.asked.clear()
        yield store
        os.environ.clear()
        os.environ |= before
        wired.forget()


def _book(store: ShelfStore) -> BatchBook:
    return BatchBook(lambda: store, utc_now)


def _serials(batches: int) -> list[int]:
    dice = random.Random(SEED)  # noqa: S311 - which of the serials are asked for
    return [dice.randrange(batches * CODES) for _ in range(LOOKS)]


def _milliseconds(book: BatchBook, serial: int) -> float:
    return _timed(lambda: book.find(0, serial))


def _timed(look: Callable[[], object]) -> float:
    start = time.perf_counter()
    assert look() is not None
    return (time.perf_counter() - start) * 1_000


def _figures(times: list[float]) -> list[str]:
    cuts = statistics.quantiles(times, n=100)
    return [f"{cuts[49]:.2f}", f"{cuts[98]:.2f}"]


def _item(key: str) -> Item:
    texts = _TEXTS | {"sk": key}
    numbers = {"codes": str(CODES), "version": "2", "schema": "1"}
    return {name: {"S": str(text)} for name, text in texts.items()} | {
        name: {"N": number} for name, number in numbers.items()
    }
