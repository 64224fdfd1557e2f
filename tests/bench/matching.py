"""How often copies of a photo are found again, and how often other photos pass for copies."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from PIL import Image

from aftercare.evidence.fingerprints import Look, fingerprint_of
from aftercare.evidence.likeness import SAME, SIMILAR, UNLIKE, tiny, unlikeness
from aftercare.evidence.look_alikes import PROBES
from tests.bench import pictures
from tests.bench.shares import wilson
from tests.bench.tables import table

COPIES, PRODUCTS, PEOPLE, ORDINARY, ORDINARY_PAIRS = 120, 45, 8, 400, 8000
# The limits were chosen on the pictures before these.
_FIRST = 1000


def report() -> str:
    """Rates with Wilson's 95 % intervals. Everything follows from seeds; two minutes."""
    heads = ["", "pairs", "the same picture", "", "at least similar", ""]
    rows = [_row(name, _copies(name, change)) for name, change in pictures.CHANGES.items()]
    rows.append(_row("posed alike, another person", _posed()))
    rows.append(_row("ordinary, any two", _ordinary()))
    rows.append(_row("the same desk, another shot", _desks()))
    return f"{table(heads, rows)}\n\n{_crowding()}"


def look_at(photo: Image.Image) -> Look:
    """As the intake sees it: by its thumbnail."""
    small = photo.convert("RGB")
    small.thumbnail((320, 320), Image.Resampling.LANCZOS)
    return Look(fingerprint_of(small))


def unlike(kept: Look, found: Look) -> float:
    """How unlike they are by the index: by no probe, they are not compared."""
    return min(
        (
            unlikeness(tiny(kept.picture), tiny(found.turned(probe.turn)))
            for probe in found.probes(PROBES)
            if probe.bucket == kept.home.bucket
        ),
        default=UNLIKE,
    )


def _copies(name: str, change: pictures.Change) -> Iterator[float]:
    for seed in range(_FIRST, _FIRST + COPIES):
        photo = pictures.ordinary(seed)
        chance = pictures.seeded(f"{name} {seed}")
        yield unlike(look_at(photo), look_at(change(photo, chance)))


def _posed() -> Iterator[float]:
    for product in range(_FIRST, _FIRST + PRODUCTS):
        photos = [look_at(pictures.posed(product, person)) for person in range(PEOPLE)]
        for one, other in itertools.combinations(photos, 2):
            yield unlike(one, other)


def _ordinary() -> Iterator[float]:
    """Compared even where the index would not have found them."""
    pairs = list(itertools.combinations([tiny(look.picture) for look in _ordinary_looks()], 2))
    for one, other in pictures.seeded("pairs").sample(pairs, ORDINARY_PAIRS):
        yield unlikeness(one, other)


def _crowding() -> str:
    """How many of a million photos the average one shares its bucket with."""
    counts = Counter(look.home.bucket for look in _ordinary_looks()).values()
    share = sum(count * (count - 1) for count in counts) / (ORDINARY * (ORDINARY - 1))
    return f"Of a million ordinary photos, the average one's bucket holds {share * 1e6:,.0f}."


@cache
def _ordinary_looks() -> list[Look]:
    seeds = range(_FIRST, _FIRST + ORDINARY)
    return [look_at(pictures.ordinary(seed)) for seed in seeds]


def _desks() -> Iterator[float]:
    for product in range(_FIRST, _FIRST + PRODUCTS):
        one, other = (look_at(pictures.same_desk(product, shot)) for shot in (0, 1))
        yield unlike(one, other)


def _row(name: str, found: Iterable[float]) -> list[object]:
    values = list(found)
    counts = [sum(value <= limit for value in values) for limit in (SAME, SIMILAR)]
    rates = [
        cell
        for count in counts
        for cell in (
            f"{count / len(values):.2%}",
            "{:.2%} to {:.2%}".format(*wilson(count, len(values))),
        )
    ]
    return [name, len(values), *rates]
