"""At no depth of the stack does a loop map memory, given room."""

import resource
import threading
from collections.abc import Callable

from tests.fakes.frames import with_room

LOOPS = 50


def most_faults(with_stack: Callable[[Callable[[], object]], object]) -> int:
    """The most page faults of a loop of calls, over all depths that a block of frames has."""
    worst: list[int] = []

    def try_all() -> None:
        worst.append(max(at_depth(depth) for depth in range(1, 150)))

    # A new thread has a stack of frames of its own.
    thread = threading.Thread(target=lambda: with_stack(try_all))
    thread.start()
    thread.join()
    return worst[0]


def at_depth(depth: int) -> int:
    if depth:
        return at_depth(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(LOOPS):
        deeper(10)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def deeper(depth: int) -> None:
    if depth:
        deeper(depth - 1)


def test_a_loop_with_room_for_its_frames_maps_no_memory() -> None:
    assert most_faults(with_room) < LOOPS


def test_without_room_some_loop_maps_a_block_each_time() -> None:
    assert most_faults(lambda act: act()) >= LOOPS
