"""A code's history as it was: the answer to a repeat check."""

from hypothesis import given
from hypothesis import strategies as st

from aftercare.authenticity.model import (
    HOT_FROM,
    KEPT_CHECKS,
    KEPT_STORE_CHECKS,
    Audience,
    History,
)
from aftercare.kernel.symbols import spelled
from tests.fakes.codes import check, history


@given(st.lists(st.tuples(st.sampled_from(Audience), st.integers(0, 2)), min_size=1, max_size=60))
def test_a_kept_check_sees_the_counts_it_was_told(visits: list[tuple[Audience, int]]) -> None:
    earlier, counted = History(), {}
    for number, (audience, power) in enumerate(visits, start=1):
        visitor = check(number, audience=audience)
        is_first = earlier.first is None or (visitor.by_customer and not earlier.first_by_customer)
        earlier = earlier.including(visitor, 1 if is_first else 2**power)
        counted[visitor.check_id] = (earlier.checks, earlier.customer_checks)
    for kept in earlier.recent:
        then = earlier.as_of(kept)
        assert then.recent[-1] == kept
        assert then.checks == counted[kept.check_id][0]
        by_customers, later = counted[kept.check_id][1], earlier.checks - kept.place
        assert by_customers <= then.customer_checks <= then.checks
        if later == sum(each.weight for each in earlier.recent if each.place > kept.place):
            assert then.customer_checks == by_customers  # none of the later ones was dropped


@given(st.lists(st.sampled_from(Audience), min_size=1, max_size=60))
def test_the_last_of_each_audience_and_the_first_ones_are_kept(audiences: list[Audience]) -> None:
    earlier = History()
    for number, audience in enumerate(audiences, start=1):
        earlier = earlier.including(check(number, audience=audience), 1)
    tills = [n for n, who in enumerate(audiences, 1) if who is Audience.STORE]
    tills = tills[1 - KEPT_STORE_CHECKS :]
    customers = [n for n, who in enumerate(audiences, 1) if who is Audience.CUSTOMER]
    half = (KEPT_CHECKS - KEPT_STORE_CHECKS) // 2
    last = {f"{n:08d}" for n in (*tills, *customers[-half:])}
    kept = {each.check_id for each in earlier.recent}
    assert last <= kept
    assert len(kept) <= KEPT_CHECKS + 2
    assert earlier.first in earlier.recent


def test_a_busy_day_does_not_push_the_weeks_before_it_out() -> None:
    earlier = History()
    for week in range(8):
        earlier = earlier.including(check(7 * week), 1)
    for number in range(40):
        earlier = earlier.including(check(60, check_id=f"x{number:07d}"), 1)
    kept = {each.check_id for each in earlier.recent}
    assert {f"{7 * week:08d}" for week in range(8)} <= kept


def test_no_number_of_tills_pushes_the_customers_checks_out() -> None:
    earlier = History()
    for number in range(1, 70):
        is_customer = number in {2, 22, 42}
        audience = Audience.CUSTOMER if is_customer else Audience.STORE
        earlier = earlier.including(check(number, audience=audience), 1)
    assert sum(each.by_customer for each in earlier.recent) == 3


def test_the_same_check_is_sampled_or_not_whenever_it_is_asked() -> None:
    checks = [check(number, check_id=spelled(number, 8)) for number in range(8000)]
    sampled = [each.is_sampled(8) for each in checks]
    assert sampled == [each.is_sampled(8) for each in checks]
    assert sum(sampled) == 1000


def test_the_weight_doubles_with_the_count() -> None:
    counts = (0, 1, 49, 50, 99, 100, 399, 400)
    weights = {count: History(checks=count).weight(Audience.STORE) for count in counts}
    assert weights == {0: 1, 1: 1, 49: 1, 50: 2, 99: 2, 100: 4, 399: 8, 400: 16}
    assert not History(checks=HOT_FROM - 1).is_hot
    assert History(checks=HOT_FROM).is_hot


def test_each_audience_is_sampled_by_its_own_count() -> None:
    scanned = History(checks=430, customer_checks=30)
    assert (scanned.weight(Audience.STORE), scanned.weight(Audience.CUSTOMER)) == (16, 1)
    assert scanned.is_sampled(Audience.STORE)
    assert not scanned.is_sampled(Audience.CUSTOMER)


def test_a_tills_check_does_not_know_of_a_later_customer() -> None:
    earlier = history(check(1, audience=Audience.STORE), check(2))
    assert earlier.as_of(earlier.recent[0]).first_by_customer is None
    assert earlier.as_of(earlier.recent[1]).first_by_customer == check(2)


def test_a_check_that_is_no_longer_kept_is_not_found() -> None:
    earlier = history(check(1), check(2))
    assert earlier.find(("00000002", "x")) == check(2)
    assert earlier.find(("00000003",)) is None
