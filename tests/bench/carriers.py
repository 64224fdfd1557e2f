"""Measures how often the carrier of a number is guessed right, and how long that takes."""

import time
from collections import Counter

from aftercare.parcels.recognising import recognise
from tests.bench.tables import table
from tests.fakes.tracking_numbers import NUMBERS, drawn

SEED = 20_261_129
OF_EACH = 2_000
REPEATS = 15
TIMED = 1_700


def report() -> str:
    """The share of right first guesses per carrier, and the processor time per number."""
    numbers = drawn(SEED, OF_EACH * len(NUMBERS))
    right = Counter[str]()
    for code, number in numbers:
        carrier = recognise(number).carrier
        right[code] += bool(carrier and carrier.code == code)
    rows = [[code, f"{right[code] / OF_EACH:.1%}"] for code in NUMBERS]
    rows.append(["**all**", f"{right.total() / len(numbers):.2%}"])
    shares = table([f"{OF_EACH:,} numbers each, seed {SEED}", "first guess right"], rows)
    return f"{shares}\n\n{table(['a number', 'µs (best)'], _times(numbers[:TIMED]))}"


def _times(numbers: list[tuple[str, str]]) -> list[list[str]]:
    plain = [number for _, number in numbers]
    grouped = [" ".join(_groups(number)) for number in plain]
    pasted = [f"Your parcel {number} (PM-2026-10001) has left" for number in grouped]
    forms = {"as it is": plain, "in groups of four": grouped, "in a sentence": pasted}
    return [[name, f"{_microseconds(texts):.1f}"] for name, texts in forms.items()]


def _groups(number: str) -> list[str]:
    return [number[start : start + 4] for start in range(0, len(number), 4)]


def _microseconds(texts: list[str]) -> float:
    """Processor time per text, the best of some rounds."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        for text in texts:
            recognise(text)
        times.append(time.process_time() - start)
    return min(times) / len(texts) * 1_000_000
