"""A verb whose write was stale runs again from its start, and not for ever."""

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

import pytest

from aftercare.kernel.errors import RefusedError, StaleWriteError
from aftercare.kernel.fresh import ATTEMPTS, on_fresh_state
from tests.fakes.refusals import refused


@dataclass
class Ground:
    """Moves under so many writes; notes the pauses between them."""

    moves: int
    runs: int = 0
    pauses: list[float] = field(default_factory=list)

    def write(self, word: str, *, twice: bool = False) -> str:
        return on_fresh_state(self._write, self.pauses.append)(word, twice=twice)

    def _write(self, word: str, *, twice: bool = False) -> str:
        self.runs += 1
        if self.runs <= self.moves:
            raise StaleWriteError("The ground moved.")
        return word * (1 + twice)


@pytest.mark.parametrize("moves", [0, 1, ATTEMPTS - 1])
def test_a_stale_write_is_tried_again_with_the_same_arguments(moves: int) -> None:
    ground = Ground(moves)
    assert ground.write("done", twice=True) == "donedone"
    assert ground.runs == moves + 1


def test_a_verb_gives_up_when_the_ground_never_rests() -> None:
    ground = Ground(moves=1000)
    with refused(StaleWriteError, "stale_write", "The ground moved."):
        ground.write("done")
    assert ground.runs == ATTEMPTS


def test_the_first_repeat_comes_at_once_and_the_later_ones_after_growing_pauses() -> None:
    once, often = Ground(moves=1), Ground(moves=ATTEMPTS - 1)
    for ground in (once, often):
        ground.write("done")
    assert once.pauses == []
    limits = [min(1, 0.002 * 2**failures) for failures in range(2, ATTEMPTS)]
    assert len(often.pauses) == len(limits)
    assert all(0 <= pause <= limit for pause, limit in zip(often.pauses, limits, strict=True))


def test_fifty_at_once_get_their_turn() -> None:
    """Each reads, takes 20 ms and writes, by the clock of the pauses; nearly all, in every run."""
    version, refused_ones, waiting = 0, 0, [(0.0, caller, -1) for caller in range(50)]
    pauses = {}
    for _, caller, _ in waiting:
        ground = Ground(moves=ATTEMPTS - 1)
        ground.write("done")
        pauses[caller] = iter([0.0, *ground.pauses])
    heapify(waiting)
    while waiting:
        now, caller, read = heappop(waiting)
        if read < 0:
            heappush(waiting, (now + 0.02, caller, version))
        elif read == version:
            version += 1
        elif (pause := next(pauses[caller], None)) is not None:
            heappush(waiting, (now + pause, caller, -1))
        else:
            refused_ones += 1
    assert refused_ones <= 2, "one of three thousand callers"


def test_any_other_refusal_is_raised_at_once() -> None:
    runs = []

    @on_fresh_state
    def refuse() -> None:
        runs.append(1)
        raise RefusedError("No.")

    with refused(RefusedError, "refused", "No."):
        refuse()
    assert runs == [1]


def test_the_verb_keeps_its_name_and_its_words() -> None:
    @on_fresh_state
    def write() -> None:
        """Writes a word."""

    assert write.__name__ == "write"
    assert write.__doc__ == "Writes a word."
