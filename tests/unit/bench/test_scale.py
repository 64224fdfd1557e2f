"""The night on paper: ten million members in a quarter of an hour, within every quota."""

from datetime import timedelta

import pytest

from aftercare.points.night.service import SLICE
from tests.bench.expiry import DUE, exponent
from tests.bench.night import SCHEDULED, Bill, account_size, scanned, swept, table_of
from tests.bench.scale import (
    MEMBERS_PER_SECOND,
    NIGHTS,
    TABLE_WRITES,
    chores,
    night,
    others,
    report,
    sizes,
    steady,
    workers,
)


def test_ten_million_members_fit_into_a_quarter_of_an_hour_and_the_tables_quota() -> None:
    of = night(10_000_000, sizes())
    assert of.minutes <= 15
    assert workers() * MEMBERS_PER_SECOND <= TABLE_WRITES
    assert of.writes / (of.minutes * 60) <= TABLE_WRITES


@pytest.mark.parametrize("members", NIGHTS)
def test_a_member_costs_one_write_unit_and_little_more(members: int) -> None:
    of = night(members, sizes())
    assert sizes().account <= 1024
    assert members + members / SLICE <= of.writes < 1.01 * members
    assert members < of.reads < 1.05 * members


def test_who_buys_every_two_weeks_costs_one_write_unit_however_long() -> None:
    assert account_size(steady(14)) <= 1024 < account_size(steady(7))


def test_a_night_reminds_three_members_for_each_one_whose_points_it_expires() -> None:
    expire, remind, mail, audit = chores(10_000_000, sizes())
    assert (remind.visits, mail.visits, audit.visits) == (30_000_000, 30_000_000, 10_000_000)
    assert 45 < expire.minutes + remind.minutes < 55
    assert 40e6 < expire.writes + remind.writes < 42e6
    assert 3_000 < mail.dollars < 3_300
    assert mail.dollars > 100 * remind.dollars


@pytest.mark.parametrize("members", [1_000, 10_000])
def test_reminders_and_the_audit_cost_the_same_beside_any_number_of_members(members: int) -> None:
    ahead = SCHEDULED + timedelta(days=30)
    reminded = swept(table_of(members, 50, ahead), reminder_days=(30,))
    # A read and a write for each of the fifty, and the run's own.
    assert 50 + 50 < reminded.read_units + reminded.write_units < 50 + 50 + 60
    audited, due = swept(table_of(members, 50), audits=True), swept(table_of(members, 50))
    assert audited.read_units - due.read_units >= 3 * 50


def test_the_tables_of_the_page_are_printed() -> None:
    report_text = report()
    assert all(f"| {members:,} |" in report_text for members in NIGHTS)
    assert "the number of workers" in report_text
    assert "this night" in others(sizes())


def test_a_night_costs_the_same_beside_ten_times_the_members() -> None:
    assert swept(table_of(1_000, 50)) == swept(table_of(10_000, 50))
    small, large = (scanned(table_of(members, 50)).read_units for members in (1_000, 10_000))
    assert large > 9 * small


def test_an_exponent_of_nothing_is_flat_and_of_a_scan_is_one() -> None:
    assert exponent([Bill(1, 1, 1)] * 3) == 0
    assert exponent([Bill(read_units=DUE), Bill(), Bill(read_units=100 * DUE)]) == pytest.approx(1)
