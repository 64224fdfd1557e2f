"""What the screening of a photo may take beside what Pillow itself needs for its two copies."""

import pytest

from tests.bench.screening import CHILD, FLOOR, measure


@pytest.mark.slow
def test_a_phones_photo_takes_at_most_1_35_times_what_pillow_needs() -> None:
    """By the processor's time, child process included: other work on the machine counts little."""
    times = measure(repeats=7)
    assert min(times[CHILD]) <= 1.35 * min(times[FLOOR])
