"""How long each format of a label takes, and how large it is."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from aftercare.labels.documents import DRAWN, printed
from aftercare.labels.model import LabelDetails, LabelFormat
from aftercare.labels.reading import verify
from tests.bench.tables import table
from tests.fakes import labels as builders
from tests.fakes.labels import carriers_page

_TIMES = 15


def report() -> str:
    """Processor time to draw and to read back, for Latin letters and for embedded ones."""
    return table(
        ["format", "letters", "KB", "drawn in ms", "read back in ms", "together"],
        [
            row
            for letters, details in (
                ("Latin", builders.label()),
                ("Chinese and Japanese", builders.label(ship_from=builders.CHINESE, language="ja")),
            )
            for row in _rows(letters, details)
        ]
        + [_of_a_carriers_page()],
    )


def _of_a_carriers_page() -> list[object]:
    """All formats of a page that the simulated seller drew, together."""
    details = carriers_page()
    documents = printed(details)
    size = sum(map(len, documents.values())) / 1024
    taken = _milliseconds(partial(printed, details))
    name = f"all {len(documents)} of a carrier's page"
    return [name, "-", f"{size:.0f}", "-", "-", f"{taken:.0f}"]


def _rows(letters: str, details: LabelDetails) -> Iterator[list[object]]:
    for kind in LabelFormat:
        document = DRAWN[kind](details)
        drawn = _milliseconds(partial(DRAWN[kind], details))
        read = _milliseconds(partial(verify, document, details, kind))
        size = len(document) / 1024
        yield [kind, letters, f"{size:.0f}", f"{drawn:.0f}", f"{read:.0f}", f"{drawn + read:.0f}"]


def _milliseconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_TIMES):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return median(taken) * 1000
