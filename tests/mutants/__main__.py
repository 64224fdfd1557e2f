"""Prints how many mutants of each room its own tests kill: `python -m tests.mutants [room …]`.

A sample of each room's mutants, the same for the same seed and code. A mutant is tried on the tests
of the room's folders that run its line, quickest first, until they have taken `SECONDS`. It
survives if they all pass.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from infra.local.settings import ROOT
from tests.bench.shares import wilson
from tests.mutants.running import Seen, seen_by, tests_fail, warm_up

SAMPLE, SEED, SECONDS = 40, "2026-11-27", 60.0
_PYTHON = str(ROOT / ".tools" / "mutmut" / "bin" / "python")
_ROOMS = ROOT / "layers" / "aftercare" / "aftercare"
# Without a decision of their own: the functions' tests show whether wiring fits.
_LEFT_OUT = {"__init__.py", "errors.py", "events.py", "wiring.py"}
_VALUES = "tests/architecture/test_values.py"  # of all rooms' enumerations
ON_PURPOSE = ROOT / "tests" / "mutants" / "on_purpose.toml"
ROOMS = sorted(
    path.name for path in _ROOMS.iterdir() if (ROOT / "tests" / "unit" / path.name).is_dir()
)


@dataclass(frozen=True)
class Mutant:
    """One change of one line, and the source with it.

    `since` is where its function begins, or 0 for a line that the import runs.
    """

    path: str
    line: int
    since: int
    before: str
    after: str
    source: str

    @property
    def change(self) -> tuple[str, str, str]:
        """What names it, wherever its line moves to."""
        return self.path, self.before, self.after

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n    - {self.before}\n    + {self.after}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="room", help=", ".join(ROOMS))
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants a room (%(default)s)")
    parser.add_argument("--seed", default=SEED)
    options = parser.parse_args()
    warm_up()
    _show("| room | mutants | tried | killed | on purpose | survived | score, 95 % interval |")
    _show("|---|---|---|---|---|---|---|")
    rows = [_tried(room, options.sample, options.seed) for room in options.rooms or ROOMS]
    if len(rows) > 1:
        survivors = tuple(mutant for row in rows for mutant in row.survivors)
        every, tried, killed = (
            sum(counts) for counts in zip(*(row.counts for row in rows), strict=True)
        )
        _show(str(Row("all", (every, tried, killed), survivors)))
    return 0


@dataclass(frozen=True)
class Row:
    """A room's mutants: how many there are, were tried and killed; the unexplained survivors."""

    room: str
    counts: tuple[int, int, int]
    survivors: tuple[Mutant, ...]

    def __str__(self) -> str:
        every, tried, killed = self.counts
        left = len(self.survivors)
        excused = tried - killed - left
        figures = (self.room, every, tried, killed, excused, left, score(killed, killed + left))
        return f"| {' | '.join(map(str, figures))} |"


def _tried(room: str, sample: int, seed: str) -> Row:
    """Tries a room's mutants and prints its row."""
    every, mutants = _mutants(room, sample, seed)
    folders = [f"tests/{kind}/{room}" for kind in ("unit", "integration")]
    seen = seen_by([folder for folder in folders if (ROOT / folder).is_dir()], 1800)
    purposes = on_purpose()
    survivors = [mutant for mutant in mutants if _survives(mutant, seen)]
    left = tuple(
        mutant for mutant in survivors if not any(one.explains(mutant) for one in purposes)
    )
    for mutant in left:
        sys.stderr.write(f"survived: {mutant}\n")
    row = Row(room, (every, len(mutants), len(mutants) - len(survivors)), left)
    _show(str(row))
    return row


def _show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _mutants(room: str, sample: int, seed: str) -> tuple[int, list[Mutant]]:
    files = sorted(
        str(path.relative_to(ROOT))
        for path in (_ROOMS / room).rglob("*.py")
        if path.name not in _LEFT_OUT
    )
    command = [_PYTHON, "tests/mutants/planting.py", json.dumps(files), str(sample), seed]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"error: {done.stderr}")
    planted = json.loads(done.stdout)
    return planted["every"], [Mutant(**mutant) for mutant in planted["mutants"]]


def _survives(mutant: Mutant, seen: Seen) -> bool:
    tests, seconds = _tests_of(mutant, seen)
    return not tests_fail(tests, mutant.path, mutant.source, 30 + 10 * seconds)


def _tests_of(mutant: Mutant, seen: Seen) -> tuple[list[str], float]:
    """The quickest tests that run the mutant's line, and what they take together.

    All of them for a line that no test was seen to run: the import runs it, or another process.
    """
    path = str(ROOT / mutant.path)
    run = {line for _, lines in seen.values() for line in lines.get(path, ())}
    # Of a statement over several lines the interpreter may name only the first.
    before = [line for line in run if mutant.since <= line <= mutant.line]
    wanted = {max(before)} if mutant.since and before else set()
    tests, total = [], 0.0
    for name, (seconds, lines) in sorted(seen.items(), key=lambda test: test[1][0]):
        if total < SECONDS and (not wanted or wanted & set(lines.get(path, ()))):
            tests.append(name)
            total += seconds
    return tests if mutant.since else [_VALUES, *tests], total


@dataclass(frozen=True)
class Purpose:
    """What may survive: one change, or all changes within what a pattern matches."""

    reason: str
    path: str = ""
    before: str = ""
    after: str = ""
    within: str = ""

    def explains(self, mutant: Mutant) -> bool:
        if self.within:
            kept = {re.sub(self.within, "", line) for line in (mutant.before, mutant.after)}
            return len(kept) == 1
        return mutant.change == (self.path, self.before, self.after)


def on_purpose() -> list[Purpose]:
    """The changes that may survive, each with its reason."""
    listed = tomllib.loads(Path(ON_PURPOSE).read_text())
    return [Purpose(**entry) for entry in listed["survivor"]]


def score(killed: int, tried: int) -> str:
    """The share that was killed, with Wilson's interval for all of the room's mutants."""
    if not tried:
        return "none"
    low, high = wilson(killed, tried)
    return f"{killed / tried:.0%}, {low:.0%} to {high:.0%}"


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "aftercare"), str(ROOT / "functions")]
    sys.exit(main())
