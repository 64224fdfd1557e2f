"""Doubts that honest owners must not meet, and that no copy must get rid of."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.authenticity.model import Audience, Signal, Verdict
from aftercare.batches.model import BatchStatus
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import BusyError, UnavailableError
from tests.fakes.actors import LI, SALES_INGEST
from tests.fakes.desk import Desk, desk_on
from tests.fakes.environment import TABLES

pytestmark = pytest.mark.integration
COUNTRIES = ("CN", "FR", "US", "BR", "JP")


@pytest.fixture
def desk(tables: dict[str, str]) -> Desk:
    return desk_on(tables["AuthenticityTable"])


def test_no_number_of_scans_hides_copies(desk: Desk) -> None:
    symbols = desk.fresh_code()
    for number in range(200):
        desk.store(symbols, str(number), "")
    desk.clock.forward(minutes=1)
    answers = []
    for number in range(20):
        desk.clock.forward(minutes=30)
        answers.append(desk.customer(symbols, f"v{number}", COUNTRIES[number % 5]))
    assert [answer.verdict for answer in answers[2:]] == [Verdict.SUSPECT] * 18
    assert answers[-1].customer_checks == 20
    assert (answers[-1].is_estimate, answers[-1].customers_estimated) == (True, False)


def test_who_buys_a_resold_piece_and_checks_at_once_is_not_doubted(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.service.record_sale(symbols, desk.clock() - timedelta(days=10), actor=SALES_INGEST)
    desk.service.record_return(symbols, desk.clock() - timedelta(days=3), actor=SALES_INGEST)
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(minutes=30)
    assert desk.customer(symbols, "buyer").verdict is Verdict.GENUINE_FIRST_CHECK


def test_who_buys_a_piece_that_was_first_sold_online_is_not_doubted(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "bought online")
    for days, tell in ((5, desk.service.record_return), (1, desk.service.record_sale)):
        desk.clock.forward(days=days)
        tell(symbols, desk.clock(), actor=LI)
    desk.clock.forward(days=1)
    assert desk.customer(symbols, "next buyer").verdict is Verdict.GENUINE_CHECKED_BEFORE


def test_a_second_return_takes_no_doubt_back(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=1)
    desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=1)
    desk.customer(symbols, "another copy")
    assert desk.customer(symbols, "copy").verdict is Verdict.SUSPECT
    desk.clock.forward(days=5)
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=2)
    desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
    assert desk.customer(symbols, "x").verdict is Verdict.SUSPECT


def test_a_sale_that_is_told_again_takes_no_doubt_back_whose_check_is_forgotten(
    desk: Desk,
) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "owner")
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=1)
    desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=2)
    desk.customer(symbols, "another copy")
    assert desk.customer(symbols, "copy").verdict is Verdict.SUSPECT
    desk.clock.forward(days=1)
    resold = desk.clock()
    desk.service.record_sale(symbols, resold, actor=SALES_INGEST)
    for number in range(21):
        desk.clock.forward(days=5)
        desk.customer(symbols, f"v{number}")
    desk.service.record_sale(symbols, resold, actor=SALES_INGEST)
    assert desk.customer(symbols, "z").verdict is Verdict.SUSPECT


# What staff confirm, no checks raise: test_code_cases.py.
@pytest.mark.parametrize("signal", [s for s in Signal if s is not Signal.COPIES_CONFIRMED])
def test_a_cleared_code_stays_clear_for_its_owner(desk: Desk, signal: Signal) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "owner")
    if signal is Signal.CHECKED_AFTER_RETURN:
        desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
        desk.clock.forward(days=1)
        desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
        desk.clock.forward(days=2)
        desk.customer(symbols, "somebody")
        assert desk.customer(symbols, "owner again").reasons == (signal,)
    elif signal is Signal.PEOPLE_OVER_WEEKS:
        for number in range(9):
            desk.clock.forward(days=6)
            desk.customer(symbols, str(number))
    elif signal is Signal.SOLD_TWICE:
        for _ in range(2):
            desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
            desk.clock.forward(days=2)
    elif signal is Signal.CHECKED_BEFORE_SOLD:
        desk.clock.forward(days=2)
        desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    else:
        for number in range(11):
            desk.clock.forward(minutes=30)
            desk.customer(symbols, str(number), COUNTRIES[number % 5])
    assert signal in desk.customer(symbols, "one more").reasons
    desk.service.clear(symbols, actor=LI, why="Seen")
    desk.clock.forward(days=1)
    later = desk.customer(symbols, "the owner's other phone")
    assert (later.verdict, later.reasons) == (Verdict.GENUINE_CHECKED_BEFORE, ())


@pytest.mark.parametrize("error", [BusyError("Busy."), UnavailableError("Away.")], ids=str)
def test_a_doubt_that_can_not_be_stored_fails_no_check_and_is_raised_by_the_next_look(
    desk: Desk, error: Exception
) -> None:
    symbols = desk.fresh_code()
    for visitor in "ab":
        desk.customer(symbols, visitor)

    class Jammed(type(desk.service.store())):  # type: ignore[misc]
        def raise_signal(self, *_: Any, **__: Any) -> None:
            raise error

    jammed = replace(desk.service, store=lambda: Jammed(TABLES["AuthenticityTable"]))
    answer = jammed.check(symbols, visitor="c", audience=Audience.CUSTOMER, actor=CUSTOMER)
    assert (answer.verdict, answer.checks) == (Verdict.SUSPECT, 3)
    again = desk.customer(symbols, "c")
    assert (again.verdict, again.checks) == (Verdict.SUSPECT, 3)
    assert desk.customer(symbols, "d").verdict is Verdict.SUSPECT


def test_a_doubt_is_told_to_everybody_at_once_of_a_hot_code_too(desk: Desk) -> None:
    symbols = desk.fresh_code()
    for number in range(60):
        desk.store(symbols, str(number))
    verdicts = [desk.customer(symbols, f"v{number}").verdict for number in range(12)]
    first = verdicts.index(Verdict.SUSPECT)
    assert set(verdicts[first:]) == {Verdict.SUSPECT}


def test_a_reference_tells_what_the_check_was_told_though_the_batch_was_recalled(
    desk: Desk,
) -> None:
    symbols = desk.fresh_code()
    told = desk.store(symbols, "1")
    desk.batches[BatchStatus.ACTIVE] = replace(
        desk.batches[BatchStatus.ACTIVE], status=BatchStatus.RECALLED
    )
    desk.clock.forward(minutes=1)
    assert desk.customer(symbols, "a").verdict is Verdict.RECALLED
    found = desk.service.look_up(told.reference)
    assert found.verdict is told.verdict is Verdict.GENUINE_FIRST_CHECK
    assert found.batch
    assert found.batch.status is BatchStatus.RECALLED
