"""False alarms about genuine codes, and how soon copies are noticed, by simulation from a seed."""

import random
from collections.abc import Iterable, Iterator
from statistics import quantiles

from aftercare.authenticity import policy
from aftercare.authenticity.model import Strength
from infra.local.settings import ROOT
from tests.bench.tables import table
from tests.fakes.codes import RULES
from tests.fakes.owners import Life, World, histories

SEED = 20261128
GENUINE = 100_000
CLONES = 60
COPIES = (100, 300, 1_000, 3_000, 10_000, 100_000)
CURVE = ROOT / "docs" / "signals.svg"

type Days = dict[Strength, float | None]


def report() -> str:
    """The two tables; writes the curve beside docs/figures.md."""
    noticed = {copies: [_noticed(life) for life in _clones(copies)] for copies in COPIES}
    CURVE.write_text(_curve(noticed))
    note = (
        f"Seed {SEED}, {GENUINE:,} genuine codes and {CLONES} cloned codes of each size; the "
        "assumptions are in `tests/fakes/owners.py`, the rules are those of "
        f"{RULES.version}. The curve is in docs/signals.svg."
    )
    return f"{_false_alarms()}\n\n{_days(noticed)}\n\n{note}"


def _noticed(life: Life) -> Days:
    """The day on which the code was first suspect, at each strength."""
    found: Days = dict.fromkeys(Strength)
    for day, history in histories(life, random.Random(SEED)):  # noqa: S311 - a simulation
        signals = policy.signals(history, RULES)
        strength = policy.strength(signals, RULES)
        if strength and found[Strength.WEAK] is None:
            found[Strength.WEAK] = day
        if strength is Strength.STRONG:
            found[strength] = day
            break
    return found


def _clones(copies: int) -> Iterator[Life]:
    world = World(SEED + copies)
    return (world.copies(copies) for _ in range(CLONES))


def _false_alarms() -> str:
    world, alarms, by_signal = World(SEED), dict.fromkeys(Strength, 0), dict[str, int]()
    for _ in range(GENUINE):
        seen: set[str] = set()
        for _, history in histories(world.honest(), random.Random(SEED)):  # noqa: S311
            if len(history.recent) > 1 or history.sales.trades:
                seen |= policy.signals(history, RULES)
        for signal in seen:
            by_signal[signal] = by_signal.get(signal, 0) + 1
        if seen:
            alarms[Strength.STRONG if seen & RULES.strong else Strength.WEAK] += 1
    rows: list[list[object]] = [[f"suspect, {each}", _share(n)] for each, n in alarms.items()]
    rows += [[f"`{each}`", _share(n)] for each, n in sorted(by_signal.items())]
    return table(["of genuine codes, within a year", "%"], rows)


def _share(number: int) -> str:
    return f"{100 * number / GENUINE:.4f}"


def _days(noticed: dict[int, list[Days]]) -> str:
    heads = [
        "copies of one code",
        "weak: half by day",
        "90 % by day",
        "strong: half by day",
        "90 % by day",
    ]
    rows = [
        [f"{copies:,}", *(cell for each in Strength for cell in _half_and_most(days, each))]
        for copies, days in noticed.items()
    ]
    return table(heads, rows)


def _half_and_most(days: Iterable[Days], strength: Strength) -> tuple[str, str]:
    never = 10_000.0
    found = sorted(day if (day := each[strength]) is not None else never for each in days)
    cuts = quantiles(found, n=10, method="inclusive")
    return _day(cuts[4], never), _day(cuts[8], never)


def _day(day: float, never: float) -> str:
    return "never" if day >= never / 2 else f"{day:.0f}"


def _curve(noticed: dict[int, list[Days]]) -> str:
    """The share of cloned codes that were noticed, by day; a line for each number of copies."""
    width, height, left, days = 640, 320, 50, 120
    shades = ["#9db4c8", "#7d9bb6", "#5d82a3", "#41698d", "#295176", "#123a5f"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 40}" role="img" '
        'font-family="sans-serif" font-size="12">',
        "<title>Share of cloned codes that are suspect, by days since the first check</title>",
        f'<rect width="{width}" height="{height + 40}" fill="#fff"/>',
    ]
    for share in range(0, 101, 25):
        y = height - share / 100 * (height - 20)
        parts.append(f'<path d="M{left} {y:.0f}H{width - 90}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{share} %</text>')
    for day in range(0, days + 1, 30):
        x = left + day / days * (width - 90 - left)
        parts.append(f'<text x="{x:.0f}" y="{height + 18}" text-anchor="middle">day {day}</text>')
    for line, (shade, (copies, found)) in enumerate(zip(shades, noticed.items(), strict=True)):
        for strength, dash in ((Strength.WEAK, ' stroke-dasharray="4 3"'), (Strength.STRONG, "")):
            points = []
            for day in range(days + 1):
                share = sum((at := each[strength]) is not None and at <= day for each in found)
                x = left + day / days * (width - 90 - left)
                points.append(f"{x:.0f},{height - share / len(found) * (height - 20):.1f}")
            parts.append(
                f'<polyline points="{" ".join(points)}" fill="none" stroke="{shade}"{dash}/>'
            )
        parts.append(
            f'<text x="{width - 84}" y="{30 + 18 * line}" fill="{shade}">{copies:,} copies</text>'
        )
    parts.append(f'<text x="{width - 84}" y="150">dashed: weak</text>')
    return "\n".join([*parts, "</svg>", ""])
