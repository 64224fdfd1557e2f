"""Every row of every policy with parcels that came apart, beside other rows, and with a recall."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from aftercare.orders.model import Delivery
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.policy import Payer, Rule, decide
from aftercare.returns.reasons import Opened, Reason
from aftercare.returns.units import LineUnits
from tests.fakes.orders import NOON
from tests.fakes.policies import broken_rules, policy_of
from tests.fakes.policy_rows import (
    BEGINS,
    CASES,
    DELIVERY,
    LAST_MICROSECOND,
    ROWS,
    ZONES,
    Row,
    fits_a_figure,
    of,
)

APART = timedelta(days=4)
EACH_ROW = pytest.mark.parametrize(
    ("row", "reason"), CASES, ids=[f"{row.policy_id}-{row.version}-{why}" for row, why in CASES]
)


@EACH_ROW
@pytest.mark.parametrize("zone_name", ZONES)
def test_each_unit_has_the_last_day_of_its_own_parcel(
    row: Row, reason: Reason, zone_name: str
) -> None:
    policy, zone = policy_of(row.policy_id, row.version), ZoneInfo(zone_name)
    for begins in BEGINS:
        first = datetime.combine(begins, time(12), zone)
        second = datetime.combine(begins + APART, time(12), zone)
        units = LineUnits(2, (Delivery(second, 1), Delivery(first, 1)))
        # A purchase in a store has one day, whenever its parcels came.
        last_days = [begins + APART, begins] if row.start is DELIVERY else [begins, begins]
        for wanted, from_day in enumerate(last_days, start=1):
            last_day = from_day + timedelta(days=row.days)
            case = of(row, reason, first, zone, requested=wanted, available=2)
            case = replace(case, delivered_at=units.delivered_at(wanted))
            in_time = datetime.combine(last_day, LAST_MICROSECOND, zone)
            over = in_time + timedelta(microseconds=1)
            unfit = [] if fits_a_figure(reason) else [Rule.REASON_FITS]
            assert broken_rules(decide(policy, replace(case, as_of=in_time))) == unfit
            late = decide(policy, replace(case, as_of=over))
            assert broken_rules(late) == [*unfit, Rule.WITHIN_WINDOW]
            assert late.last_day == last_day


@EACH_ROW
def test_a_row_is_decided_alike_beside_any_other_and_the_seller_pays_the_parcel_of_both(
    row: Row, reason: Reason
) -> None:
    def line(each: Row, why: Reason, line_id: str) -> ReturnLine:
        policy = policy_of(each.policy_id, each.version)
        case = of(each, why, NOON, ZoneInfo("UTC"), as_of=NOON + timedelta(days=1))
        return ReturnLine(line_id, "SKU", "A toy", 1, why, decision=decide(policy, case))

    alone = line(row, reason, "1")
    for other in ROWS:
        both = (alone, line(other, other.reasons[0], "2"))
        ret = Return("ret_1", "key", "PM-1", both, NOON)
        sellers = Payer.SELLER in {row.payer, other.payer}
        assert ret.payer is (Payer.SELLER if sellers else Payer.BUYER)
        assert ret.passed is all(each.passed for each in both)
        assert ret.photos_needed >= max(
            sum(wanted.at_least for wanted in each.evidence) for each in (row, other)
        )


@EACH_ROW
@pytest.mark.parametrize("zone_name", ZONES)
def test_a_recall_takes_back_what_each_row_refuses_the_day_after(
    row: Row, reason: Reason, zone_name: str
) -> None:
    policy, zone = policy_of(row.policy_id, row.version), ZoneInfo(zone_name)
    for begins in BEGINS:
        began_at = datetime.combine(begins, time(12), zone)
        late = began_at + timedelta(days=row.days + 1)
        case = of(row, reason, began_at, zone, as_of=late, recalled=True)
        assert Rule.WITHIN_WINDOW in broken_rules(decide(policy, case))
        recalled = replace(case, reason=Reason.RECALLED, opened=Opened.OPENED, evidence={})
        decision = decide(policy, recalled)
        assert decision.passed
        assert (decision.payer, decision.last_day) == (Payer.SELLER, None)
