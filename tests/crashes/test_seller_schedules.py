"""Drawn schedules over planning, buying and voiding at a seller with every fault."""

import random
from contextlib import suppress

import pytest

from infra.local.carrier.faults import CarrierFault
from tests.fakes.crashes.faults import Saboteur
from tests.fakes.crashes.seller_world import FAILURES, FAULTS, Money, SellerWorld, check
from tests.fakes.house import House
from tests.fakes.seller import SELLERS, Seller

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SCHEDULES = 50
PARTS = 5  # of each seller: more than 500 schedules in all, those of single faults among them
each_seller = pytest.mark.parametrize("seller", SELLERS, ids=lambda seller: seller.code)


@each_seller
@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_buys_twice_and_the_money_adds_up(
    house: House, crash_seed: int, part: int, seller: Seller
) -> None:
    money, paid, given_back, struck, rejected = Money(), 0, 0, 0, 0
    dice = random.Random(f"{crash_seed} {seller.code} {part}")  # noqa: S311 - the seed is printed
    for number in range(SCHEDULES):
        with Saboteur().planted() as saboteur:
            is_late = number % 4 == 1
            world = SellerWorld(house, saboteur, seller, rejects_later=is_late)
            world.wire.books.refuses = number % 4 == 0
            if is_late:
                world.issue()
                world.void()
            world.play(dice)
            label = world.recover()
        check(world, label)
        money.add(label)
        paid += sum(sale.amount for sale in world.wire.books.sales)
        given_back += sum(sale.amount for sale in world.wire.books.sales if sale.is_taken_back)
        struck += world.struck.total()
        rejected += world.rejected
    assert paid == money.live + money.voided + money.refused
    assert given_back == money.voided
    assert min(money.live, money.voided, money.refused, struck, rejected) > 0


@each_seller
@pytest.mark.parametrize("request_number", range(1, 9))
@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("verb", ["issue", "void"])
def test_a_worker_that_is_killed_at_any_request_loses_no_money(
    house: House, seller: Seller, verb: str, request_number: int, *, is_before: bool
) -> None:
    with Saboteur().planted() as saboteur:
        world = SellerWorld(house, saboteur, seller)
        if verb == "void":
            world.issue()
        world.wire.kill_before = request_number if is_before else 0
        world.wire.kill_after = 0 if is_before else request_number
        with suppress(*FAILURES):
            world.void() if verb == "void" else world.issue()
        world.wire.calm()
        check(world, world.recover())


@each_seller
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["issue", "void"])
def test_each_fault_of_the_seller_at_any_request_loses_no_money(
    house: House, seller: Seller, verb: str, fault: CarrierFault
) -> None:
    struck = 0
    for request_number in range(1, 9):
        with Saboteur().planted() as saboteur:
            world = SellerWorld(house, saboteur, seller)
            if verb == "void":
                world.issue()
            world.wire.fault, world.wire.fault_at = fault, request_number
            with suppress(*FAILURES):
                world.void() if verb == "void" else world.issue()
            struck += world.wire.fault_at <= 0 and fault not in world.wire.books.faults
            world.wire.calm()
            check(world, world.recover())
    of_a_purchase = {CarrierFault.ANSWER_LOST, CarrierFault.IN_FLIGHT, CarrierFault.RATE_EXPIRED}
    does_not_fit = of_a_purchase if verb == "void" else {CarrierFault.VOID_REFUSED}
    assert bool(struck) is (fault not in does_not_fit)
