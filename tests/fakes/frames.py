"""Room for the frames of a whole test, so that the interpreter maps no memory while it runs.

CPython keeps Python frames in blocks of 16 KB, and unmaps a block with its last frame. A test whose
loop lies at the end of a block has one mapped at every call beyond it: a million page faults in a
crash schedule, a third of its time. A frame that is larger than a block gets a larger one, and the
frames above it use the rest.
"""

from collections.abc import Callable

_SLOTS = 20_000  # of 8 bytes: the block is the next power of two, 256 KB, and 100 KB are left


def with_room(act: Callable[[], object]) -> None:
    act()


with_room.__code__ = with_room.__code__.replace(co_stacksize=_SLOTS)
