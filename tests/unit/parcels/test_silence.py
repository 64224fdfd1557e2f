"""How a parcel stands, by FAQ §4's days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.kernel.clock import zone_named
from aftercare.parcels.model import Parcel, ParcelStatus, Scan, joined
from aftercare.parcels.silence import (
    Progress,
    gist_of,
    handover_day,
    is_silent,
    progress_of,
    silent_from,
    untold_from,
)
from tests.fakes.parcels import NUMBER, scan

S = ParcelStatus
HELD = "in_transit/held"
UTC_ZONE = zone_named("UTC")
LEFT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "standing"), [(0, "moving"), (119.9, "moving"), (120, "quiet"), (500, "quiet")]
)
def test_five_days_without_news_are_normal_and_more_are_not(hours: float, standing: str) -> None:
    assert progress_of(LEFT, None, LEFT + timedelta(hours=hours)) == standing


def test_what_was_delivered_is_never_quiet() -> None:
    assert progress_of(LEFT, LEFT, LEFT + timedelta(days=90)) is Progress.DELIVERED


def test_an_order_is_handed_over_within_three_business_days_of_its_market() -> None:
    # Thanksgiving is no business day in the United States.
    assert handover_day("US", date(2026, 11, 24)) == date(2026, 11, 30)
    assert handover_day("FR", date(2026, 11, 24)) == date(2026, 11, 27)


def parcel(*scans: Scan) -> Parcel:
    return Parcel(NUMBER, scans=joined(*scans))


def after(days: float) -> datetime:
    return LEFT + timedelta(days=days)


def progress(days: float, *scans: Scan) -> Progress | None:
    gist = gist_of(parcel(*scans), "US", UTC_ZONE, after(days))
    return gist.progress if gist else None


@pytest.mark.parametrize("status", [S.ACCEPTED, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.ATTEMPT_FAILED])
def test_a_parcel_under_way_is_silent_five_days_after_its_last_movement(
    status: ParcelStatus,
) -> None:
    moved = scan(status, at=LEFT)
    assert silent_from(parcel(moved)) == after(5)
    assert progress(4.99, moved) is not Progress.SILENT
    assert progress(5, moved) is Progress.SILENT


def test_only_a_movement_ends_a_silence() -> None:
    moved, other = scan(S.IN_TRANSIT, at=LEFT), scan(S.IN_TRANSIT, at=after(4))
    for said in (scan(None, at=after(4)), scan(S.EXCEPTION, at=after(4))):
        assert silent_from(parcel(moved, said)) == after(5)
    assert silent_from(parcel(moved, other)) == after(9)


@pytest.mark.parametrize(
    "status", [S.PICKUP_READY, S.DELIVERED, S.RETURNING, S.RETURNED, S.LOST, S.EXPIRED]
)
def test_what_waits_or_has_ended_is_never_silent(status: ParcelStatus) -> None:
    ended = parcel(scan(S.IN_TRANSIT, at=LEFT), scan(status, at=after(1)))
    assert silent_from(ended) is None


def test_what_no_carrier_has_yet_is_late_after_three_business_days_and_never_silent() -> None:
    printed = scan(S.LABEL_CREATED, at=LEFT)  # a Friday
    assert silent_from(parcel(printed)) is None
    assert progress(5, printed) is Progress.ANNOUNCED
    # Thanksgiving is on the 26th.
    assert progress(6, printed) is Progress.UNHANDED
    assert progress(3) is None


def test_what_customs_hold_has_fourteen_business_days() -> None:
    moved = scan(S.IN_TRANSIT, at=LEFT)
    holds = [scan(S.EXCEPTION, at=after(days), words=HELD) for days in (3, 5)]  # from a Monday
    assert silent_from(parcel(moved, *holds)) == after(3 + 18)
    assert progress(20, moved, *holds) is Progress.HELD
    assert progress(21, moved, *holds) is Progress.SILENT
    released = scan(S.IN_TRANSIT, at=after(6))
    assert silent_from(parcel(moved, *holds, released)) == after(11)


def test_a_silence_that_was_told_of_lasts_until_a_movement_after_its_beginning() -> None:
    told = replace(parcel(scan(S.IN_TRANSIT, at=LEFT)), silent_at=after(5))
    assert is_silent(told)
    assert untold_from(told) is None
    for late in (scan(S.IN_TRANSIT, at=after(2)), scan(S.EXCEPTION, at=after(9), words=HELD)):
        assert is_silent(told.scanned([late]))
        assert untold_from(told.scanned([late])) is None
    moved = told.scanned([scan(S.IN_TRANSIT, at=after(6))])
    assert not is_silent(moved)
    assert untold_from(moved) == after(11)
    arrived = told.scanned([scan(S.DELIVERED, at=after(3))])
    assert not is_silent(arrived)
    assert untold_from(arrived) is None
