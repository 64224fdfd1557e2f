"""Signals are a fold of the set of facts: whatever the order, the repetitions and the part told."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercare.authenticity import policy
from aftercare.authenticity.model import Audience, Check, Hints, History, Signal
from aftercare.authenticity.sales import KEPT_TRADES, Sales, Trade, TradeKind
from tests.fakes.codes import NOON, RULES, check, history
from tests.fakes.codes_model import Fact, signals_of

DAYS = st.integers(0, 12)
HOURS = st.builds(lambda day, hour: 24 * day + hour, DAYS, st.sampled_from([0, 1, 2, 12]))
VISITS = st.tuples(
    HOURS,
    st.sampled_from(["customer", "customer", "store"]),
    st.sampled_from(["", "US", "CN", "FR"]),
    st.sampled_from(["", "aA", "aB", "bA", "bB", "cC", "dD", "eE", "fF"]),
)
TRADES = st.one_of(
    st.tuples(HOURS, st.sampled_from(["returned", "cleared"]), st.just("")),
    st.tuples(HOURS, st.just("sold"), st.sampled_from(["", "PM-1", "PM-2"])),
)


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """Facts in the order in which they are told: checks as they happen, trades at any time."""
    visits = sorted(draw(st.lists(VISITS, max_size=14)))
    checks = [
        Fact(hour, what, country, n, phone if what == "customer" else "")
        for n, (hour, what, country, phone) in enumerate(visits, 1)
    ]
    # With one more the first sale may be forgotten, and then nothing is said of checks before it.
    trades = [
        Fact(hour, what, place=_checks_at(hour, checks) if what == "cleared" else 0, order=order)
        for hour, what, order in draw(st.lists(TRADES, max_size=KEPT_TRADES - 1))
    ]
    told = draw(st.permutations([*checks, *trades]))
    return [*told, *draw(st.lists(st.sampled_from(told), max_size=5) if told else st.just([]))]


def _checks_at(hour: int, checks: list[Fact]) -> int:
    return sum(each.hour <= hour for each in checks)


def moment(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


def told_so_far(facts: list[Fact]) -> History:
    """The history that the table has after those facts, told in that order."""
    sales, checks, cleared = Sales(), dict[int, Check](), 0
    for fact in facts:
        at = moment(fact.hour)
        if fact.what in set(Audience):
            audience = Audience(fact.what)
            checks[fact.place] = check(
                fact.place,
                at=at,
                country=fact.country,
                audience=audience,
                hints=Hints(*fact.phone) if fact.phone else None,
            )
        elif fact.what == "sold":
            sales = sales.including(Trade(at, TradeKind.SOLD, fact.order))
        elif fact.what == "returned":
            sales = sales.returned(at)
        else:
            sales, cleared = sales.cleared(at), max(cleared, fact.place)
    return history(*(checks[place] for place in sorted(checks)), sales=sales, cleared=cleared)


@given(facts())
def test_signals_depend_on_the_facts_told_so_far_and_on_nothing_else(facts: list[Fact]) -> None:
    for count in range(len(facts) + 1):
        assert policy.signals(told_so_far(facts[:count]), RULES) == signals_of(facts[:count])


@given(
    st.lists(
        st.builds(
            Trade,
            st.integers(0, 30).map(moment),
            st.sampled_from(TradeKind),
            st.sampled_from(["", "PM-1"]),
        )
    )
)
def test_of_many_trades_the_last_are_kept_whatever_their_order(trades: list[Trade]) -> None:
    one_by_one = Sales()
    for trade in trades:
        one_by_one = Sales.of([*one_by_one.trades, trade])
    assert one_by_one == Sales.of(reversed(trades))
    assert len(one_by_one.trades) <= KEPT_TRADES


def test_a_code_whose_first_sale_is_forgotten_was_not_checked_before_it() -> None:
    sales = Sales()
    for day in range(KEPT_TRADES):
        sales = sales.sold(NOON + timedelta(days=10 + day))
    found = policy.signals(history(check(1), sales=sales), RULES)
    assert Signal.CHECKED_BEFORE_SOLD not in found
