"""Holds in time: they end by themselves, their client puts that off, whoever comes between."""

from collections import Counter as Tally
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftercare.kernel.due.model import SHARDS, Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.errors import AftercareError
from aftercare.points.errors import HoldEndedError
from aftercare.points.holding import Upkeep
from aftercare.points.ledger import HOLD_DUE
from aftercare.points.posting import Kind, Receipt
from aftercare.points.request import Caller
from tests.fakes.aws import counted
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.logs import logged
from tests.fakes.points import BY_CLOCK, BY_TILL
from tests.fakes.points_customers import SHOP, Customer, joins, open_counter, with_points
from tests.fakes.points_room import Counter
from tests.fakes.template import template

pytestmark = pytest.mark.integration
DAYS, LONGEST = timedelta(days=30), timedelta(days=180)
HOLD = "hold#ac_1#kept"


@pytest.fixture
def counter(tables: dict[str, str]) -> Counter:
    return open_counter(tables)


@pytest.fixture
def customer(counter: Counter) -> Customer:
    """128 points to spend, and 20 on hold."""
    return with_points(joins(counter))


def ends(who: Customer) -> Upkeep:
    got: Upkeep = who.counter.holds.end_due(who.member_id, actor=BY_CLOCK)
    return got


def extends(who: Customer, name: str = "e1", caller: Caller = SHOP) -> Receipt:
    got: Receipt = who.counter.holds.extend(who.member_id, caller, "kept", name, actor=BY_TILL)
    return got


def captures(who: Customer, caller: Caller = SHOP) -> Receipt:
    got: Receipt = who.counter.points.capture(who.member_id, caller, "kept", actor=BY_TILL)
    return got


def releases(who: Customer, caller: Caller = SHOP) -> Receipt:
    got: Receipt = who.counter.points.release(who.member_id, caller, "kept", actor=BY_TILL)
    return got


def timers(tables: dict[str, str], who: Customer) -> list[Timer]:
    due, far = DueStore(tables["DueTable"]), who.counter.clock() + timedelta(days=999)
    every = [timer for shard in range(SHARDS) for few in due.due(shard, far) for timer in few]
    return [timer for timer in every if timer.subject == who.member_id]


def without_ends(who: Customer) -> None:
    """The account as a version wrote it that knew of no ends."""
    who.counter.store.replace(replace(who.account, ends={}))


def test_a_hold_says_until_when_and_its_timer_is_written_with_it(
    customer: Customer, tables: dict[str, str]
) -> None:
    until = customer.counter.clock() + DAYS
    assert customer.account.ends == {HOLD: until}
    entry = customer.counter.store.entry(customer.member_id, HOLD)
    assert (entry.until, entry.receipt.until) == (until, until)
    assert timers(tables, customer) == [Timer(HOLD_DUE, customer.member_id, until)]
    assert customer.counter.points.balance(customer.member_id).holds == ((until, 20),)


def test_a_hold_is_one_put_more_in_its_transaction(customer: Customer) -> None:
    with counted("dynamodb") as calls:
        customer.hold(3, "another")
    assert Tally(calls) == {"GetItem": 3, "TransactWriteItems": 1}


def test_a_hold_ends_at_its_end_and_not_before(customer: Customer) -> None:
    customer.counter.clock.now += DAYS - timedelta(seconds=1)
    assert ends(customer) == Upkeep(0, 1, DAYS - timedelta(seconds=1))
    assert customer.account.held == 20
    customer.counter.clock.now += timedelta(seconds=1)
    assert ends(customer) == Upkeep(1, 0, DAYS)
    assert (customer.account.held, customer.account.ends) == (0, {})
    assert customer.account.available(customer.counter.today()) == 148
    assert ends(customer) == Upkeep(0, 0, timedelta())
    customer.check()


def test_the_sweepers_clock_may_be_ahead(customer: Customer) -> None:
    due_at = customer.account.ends[HOLD]
    customer.counter.clock.now = due_at - timedelta(seconds=2)
    customer.counter.holds.end_due(customer.member_id, due_at, actor=BY_CLOCK)
    assert customer.account.held == 0


def test_the_tills_own_release_after_the_end_is_a_repeat(customer: Customer) -> None:
    customer.counter.clock.now += DAYS
    ends(customer)
    receipt = releases(customer, Caller("ac_1", "late"))
    assert (receipt.replayed, receipt.points, receipt.available) == (True, 20, 148)
    entry = customer.counter.store.entry(customer.member_id, "release#ac_1#kept")
    assert entry.actor == BY_CLOCK


def test_a_capture_after_the_end_is_refused_and_says_what_to_do(customer: Customer) -> None:
    customer.counter.clock.now += DAYS
    ends(customer)
    for late in (captures, extends):
        with pytest.raises(HoldEndedError) as refused:
            late(customer)
        assert refused.value.code == "hold_ended"
        assert str(refused.value).startswith("This hold was released on 2026-07-10, by you or bec")
        assert "Spend them, or hold them anew, under another id" in str(refused.value)


def test_a_capture_in_time_wins_even_if_the_end_is_late(customer: Customer) -> None:
    customer.counter.clock.now += DAYS + timedelta(minutes=3)
    captures(customer)
    assert ends(customer) == Upkeep(0, 0, timedelta())
    with pytest.raises(HoldEndedError, match="This hold has ended"):
        extends(customer)


def test_points_past_their_due_day_expire_when_the_time_is_over(counter: Counter) -> None:
    who = joins(counter)
    who.earn(days_ago=350)
    who.hold(20, "kept")
    counter.clock.now += DAYS
    ends(who)
    assert sum(who.account.lapsed.values()) == 20
    who.check()


def test_an_extension_puts_the_end_off_with_a_timer_of_its_own(
    customer: Customer, tables: dict[str, str]
) -> None:
    first = customer.counter.clock() + DAYS
    customer.counter.clock.now += timedelta(days=20)
    receipt = extends(customer)
    later = customer.counter.clock() + DAYS
    assert (receipt.kind, receipt.points, receipt.until) == (Kind.EXTEND, 0, later)
    assert customer.account.ends == {HOLD: later}
    assert {timer.due_at for timer in timers(tables, customer)} == {first, later}
    assert extends(customer).replayed
    customer.counter.clock.now = first
    assert ends(customer) == Upkeep(0, 1, DAYS)
    customer.check()


def test_who_extends_a_hold_of_months_rings_an_alarm(customer: Customer) -> None:
    pattern = template()["Resources"]["PointsLimits"]["Properties"]["FilterPattern"]
    assert '($.message = "hold extended") && ($.age_days > 60)' in pattern
    customer.counter.clock.now += timedelta(days=61)
    with logged() as log:
        extends(customer)
    [line] = [line for line in log.lines if line["message"] == "hold extended"]
    assert (line["client_id"], line["age_days"]) == ("ac_1", 61)


def test_a_hold_lasts_no_longer_than_the_longest(customer: Customer) -> None:
    start = customer.counter.clock()
    for number in range(1, 8):
        customer.counter.clock.now = start + timedelta(days=25 * number)
        until = extends(customer, f"e{number}").until
        assert until == min(customer.counter.clock() + DAYS, start + LONGEST)
    customer.counter.clock.now = start + LONGEST
    assert ends(customer) == Upkeep(1, 0, LONGEST)


def test_a_hold_of_an_earlier_version_gets_an_end_with_the_next_operation(
    customer: Customer, tables: dict[str, str]
) -> None:
    without_ends(customer)
    assert customer.counter.points.balance(customer.member_id).holds == ((None, 20),)
    customer.counter.clock.now += timedelta(days=7)
    customer.spend(1, "next")
    until = customer.counter.clock() + DAYS
    assert customer.account.ends == {HOLD: until}
    assert Timer(HOLD_DUE, customer.member_id, until) in timers(tables, customer)


def test_a_hold_of_an_earlier_version_whose_time_comes_gets_a_whole_one(
    customer: Customer,
) -> None:
    """So it does after a roll-back: what a till was promised is not broken."""
    without_ends(customer)
    customer.counter.clock.now += 10 * DAYS
    assert ends(customer) == Upkeep(0, 1, 10 * DAYS)
    assert customer.account.ends == {HOLD: customer.counter.clock() + DAYS}
    [entry] = [
        entry
        for entry in customer.counter.store.entries(customer.member_id)
        if entry.kind is Kind.EXTEND
    ]
    assert (entry.points, entry.of, entry.actor) == (0, HOLD, BY_CLOCK)
    customer.counter.clock.now += DAYS
    assert ends(customer).ended == 1
    customer.check()


def test_fifty_stale_holds_block_nobody_once_their_time_is_over(counter: Counter) -> None:
    who = joins(counter)
    who.earn()
    for number in range(50):
        who.hold(1, f"stale-{number}")
    counter.clock.now += DAYS
    assert ends(who) == Upkeep(50, 0, DAYS)
    who.hold(1, "anew")
    who.check()


def test_closing_ends_holds_for_good(customer: Customer) -> None:
    customer.counter.points.close(customer.member_id, actor=BY_TILL)
    customer.counter.clock.now += DAYS
    assert ends(customer) == Upkeep(0, 0, timedelta())


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("till", [captures, releases, extends], ids=lambda verb: verb.__name__)
def test_a_till_and_the_end_at_once_are_one_after_the_other(
    customer: Customer, till: Callable[[Customer], Receipt], at: int
) -> None:
    customer.counter.clock.now += DAYS

    def quietly() -> None:
        with suppress(AftercareError):
            till(customer)

    with Saboteur().planted() as saboteur, saboteur.during(Plan(Fault.RACED, at, quietly)):
        ends(customer)
    kinds = {entry.kind for entry in customer.counter.store.entries(customer.member_id)}
    assert len(kinds & {Kind.CAPTURE, Kind.RELEASE, Kind.EXTEND}) == 1
    assert bool(customer.account.held) is (Kind.EXTEND in kinds)
    customer.check()


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
def test_whatever_breaks_off_the_next_time_ends_the_rest(
    customer: Customer, fault: Fault, write: int
) -> None:
    customer.hold(5, "other")
    customer.counter.clock.now += DAYS
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur, saboteur.during(plan), suppress(CrashError):
        ends(customer)
    assert plan.struck
    ends(customer)
    assert customer.account.held == 0
    assert customer.account.available(date(2026, 7, 10)) == 148
    customer.check()
