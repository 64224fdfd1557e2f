"""Facts that reach the table in any order make the same signals there."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.authenticity import policy
from aftercare.authenticity.model import Signal, Verdict
from aftercare.authenticity.people import hints_of
from tests.fakes.actors import SALES_INGEST
from tests.fakes.codes import KEYS, NOON, RULES
from tests.fakes.codes_model import Fact, signals_of
from tests.fakes.desk import Desk, desk_on

pytestmark = pytest.mark.integration


@pytest.fixture
def desk(tables: dict[str, str]) -> Desk:
    return desk_on(tables["AuthenticityTable"])


def tell(desk: Desk, symbols: str, fact: Fact) -> None:
    verbs = {"sold": desk.service.record_sale, "returned": desk.service.record_return}
    verbs[fact.what](symbols, NOON + timedelta(hours=fact.hour), actor=SALES_INGEST)


@pytest.mark.parametrize("first", ["sold", "returned"])
def test_a_return_that_is_told_after_its_resale_explains_a_check(desk: Desk, first: str) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "first owner")
    facts = {"sold": Fact(48, "sold"), "returned": Fact(24, "returned")}
    desk.clock.forward(days=3)
    for fact in sorted(facts.values(), key=lambda fact: fact.what != first):
        tell(desk, symbols, fact)
    assert desk.customer(symbols, "next owner").verdict is Verdict.GENUINE_CHECKED_BEFORE


def of_strangers(desk: Desk, visitors: int) -> str:
    """A fresh code for which no two visitors share a hint, as two of 32,768 do by chance."""
    while True:
        symbols = desk.fresh_code()
        names = [str(number) for number in range(1, visitors + 1)]
        hints = [hints_of(name, name, symbols, KEYS[0]) for name in names]
        if all(len(set(part)) == visitors for part in zip(*hints, strict=True)):
            return symbols


@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["", "US", "CN"])), max_size=6),
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["sold", "returned"]), st.integers(0, 8)),
        max_size=5,
    ),
)
@settings(max_examples=50, deadline=None)
def test_whatever_is_told_late_or_twice_the_table_has_the_signals_of_the_facts(
    tables: dict[str, str],
    visits: list[tuple[int, str]],
    trades: list[tuple[int, str, int]],
) -> None:
    """Half-days: a check happens when it is told, a trade is told so much later, and once more."""
    desk = desk_on(tables["AuthenticityTable"])
    symbols = of_strangers(desk, len(visits))
    checks = [
        (when, n, Fact(12 * when, "customer", country, n))
        for n, (when, country) in enumerate(sorted(visits), 1)
    ]
    late = [
        (at + later, 100 + n, Fact(12 * at, what)) for n, (at, what, later) in enumerate(trades)
    ]
    told = set[Fact]()
    for when, _, fact in sorted([*checks, *late, *late[:1]]):
        desk.clock.now = NOON + timedelta(hours=12 * when)
        told.add(fact)
        if fact.what == "customer":
            desk.customer(symbols, str(fact.place), fact.country)
        else:
            tell(desk, symbols, fact)
        _, history = desk.service.history_of(symbols)
        assert policy.signals(history, RULES) == signals_of(told)
        assert history.raised.keys() == policy.signals(history, RULES)  # the bus was told, too


def test_what_is_explained_late_was_told_all_the_same(desk: Desk) -> None:
    symbols = desk.fresh_code()
    tell(desk, symbols, Fact(-100, "sold"))
    tell(desk, symbols, Fact(-50, "returned"))
    desk.customer(symbols, "another buyer")
    told = desk.customer(symbols, "buyer")
    assert told.reasons == (Signal.CHECKED_AFTER_RETURN,)
    tell(desk, symbols, Fact(-40, "sold"))
    record = desk.service.look_up(told.reference)
    assert record.verdict == Verdict.SUSPECT
    assert record.reasons == {Signal.CHECKED_AFTER_RETURN}
    assert record.signals == frozenset()
