"""Whole numbers are split without losing any."""

from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.sharing import share_of_units, shared

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=8)


def test_the_remainder_goes_to_the_largest_fractions_and_then_to_the_earlier_parts() -> None:
    assert shared(100, [1, 1, 1]) == [34, 33, 33]
    assert shared(10, [5, 25, 70]) == [1, 2, 7]
    assert shared(1, [1, 2]) == [0, 1]


@given(st.integers(0, 1_000_000), WEIGHTS)
def test_the_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    assert sum(shared(total, weights)) == (total if any(weights) else 0)


@given(WEIGHTS, st.data())
def test_no_part_is_larger_than_its_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = shared(total, weights)
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 1_000_000), st.integers(1, 50), st.data())
def test_units_are_worth_the_same_whether_counted_at_once_or_one_after_the_other(
    amount: int, units: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, units))
    one_by_one = [share_of_units(amount, units, unit, 1) for unit in range(units)]
    assert share_of_units(amount, units, 0, count) == sum(one_by_one[:count])
    assert sum(one_by_one) == amount
    assert max(one_by_one) - min(one_by_one) <= 1
