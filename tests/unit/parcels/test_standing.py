"""Where a parcel stands follows from the set of its scans, whatever the order of arrival."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.kernel.typed import tracking_number_of
from aftercare.parcels.model import (
    MOST_SCANS,
    MOVEMENTS,
    Direction,
    Owner,
    Parcel,
    ParcelStatus,
    Scan,
    Standing,
    joined,
    standing_of,
)
from tests.fakes.orders import NOON
from tests.fakes.parcels import scan

S = ParcelStatus

SCANS = st.lists(
    st.builds(
        scan,
        st.none() | st.sampled_from(S),
        st.integers(0, 6),
        source=st.sampled_from(["easypost", "carriers"]),
        place=st.sampled_from(["", "Portland, OR, US"]),
    ),
    max_size=14,
)


def step(status: ParcelStatus, said: ParcelStatus) -> ParcelStatus:
    """The status after one more scan of a later time, as somebody at the parcel would count."""
    if status is S.RETURNED:
        return status
    if status is S.RETURNING:
        return S.RETURNED if said in {S.DELIVERED, S.RETURNED} else status
    if said in {S.RETURNING, S.RETURNED}:
        return said
    if status is S.DELIVERED:
        return status
    if said is S.LABEL_CREATED:
        return status
    return said


def walked(scans: Iterable[Scan]) -> ParcelStatus:
    status = S.LABEL_CREATED
    for each in sorted(set(scans), key=lambda each: each.order):
        status = step(status, each.status) if each.status else status
    return status


@given(SCANS)
def test_the_standing_is_that_of_walking_through_all_scans(scans: list[Scan]) -> None:
    assert standing_of(joined(*scans)).status is walked(joined(*scans))


@given(SCANS, st.randoms(use_true_random=False))
def test_no_order_and_no_repetition_makes_a_difference(scans: list[Scan], random: object) -> None:
    expected = joined(*scans)
    again = [*scans, *scans]
    random.shuffle(again)  # type: ignore[attr-defined]
    parcel = Parcel("1Z")
    for each in again:
        parcel = parcel.scanned([each])
    assert parcel.scans == expected
    assert parcel.standing == standing_of(scans)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(S), st.integers(0, 400)), min_size=130, max_size=160))
def test_of_very_many_scans_those_that_decide_are_kept(said: list[tuple[S, int]]) -> None:
    scans = [scan(status, minutes / 60) for status, minutes in said]
    at_once = joined(*scans)
    one_by_one: tuple[Scan, ...] = ()
    for each in scans:
        one_by_one = joined(*one_by_one, each)
    assert one_by_one == at_once
    assert len(at_once) <= MOST_SCANS + 2 * (len(S) + 1)
    assert standing_of(at_once) == standing_of(set(scans))


@pytest.mark.parametrize("later", sorted(set(S) - {S.RETURNING, S.RETURNED}))
def test_only_a_parcel_that_turned_back_undoes_its_delivery(later: ParcelStatus) -> None:
    scans = (scan(S.DELIVERED, 1), scan(later, 2))
    assert standing_of(scans) == Standing(S.DELIVERED, NOON + timedelta(hours=1))
    assert standing_of((*scans, scan(S.RETURNING, 3))).status is S.RETURNING


def test_a_parcel_that_turned_back_is_delivered_to_its_sender() -> None:
    scans = (scan(S.RETURNING, 1), scan(S.IN_TRANSIT, 2), scan(S.DELIVERED, 3))
    assert all(
        standing_of(order) == Standing(S.RETURNED, NOON + timedelta(hours=3))
        for order in permutations(scans)
    )


def test_a_found_parcel_is_lost_no_more() -> None:
    assert standing_of((scan(S.LOST, 1), scan(S.IN_TRANSIT, 2))).status is S.IN_TRANSIT


def test_a_label_that_is_reported_late_is_no_step_back() -> None:
    assert standing_of((scan(S.ACCEPTED, 1), scan(S.LABEL_CREATED, 2))).status is S.ACCEPTED


def test_an_unknown_code_is_kept_and_is_no_movement() -> None:
    parcel = Parcel("1Z").scanned([scan(S.IN_TRANSIT, 1), scan(None, 2, words="abducted")])
    assert parcel.standing.status is S.IN_TRANSIT
    assert parcel.moved_at == NOON + timedelta(hours=1)
    assert [each.words for each in parcel.scans] == ["in_transit", "abducted"]


def test_nobody_moves_a_parcel_by_printing_losing_or_holding_it() -> None:
    assert set(S) - MOVEMENTS == {S.LABEL_CREATED, S.EXCEPTION, S.LOST, S.EXPIRED}


def test_without_any_news_there_is_a_label_and_no_time() -> None:
    assert Parcel("1Z").standing == Standing(S.LABEL_CREATED, None)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("9400 1368 9784 6022 2150 07", "9400136897846022215007"),
        ("1z999aa1-0123456784", "1Z999AA10123456784"),
        ("(00) 8 0614141 693993928 3", "806141416939939283"),
        ("00806141416939939283", "806141416939939283"),
        ("420908109302010000000000000114", "9302010000000000000114"),
        ("420 90810 1234 9302 0100 0000 0000 0001 14", "9302010000000000000114"),
        ("4209081093020100000000000001140000", "93020100000000000001140000"),
        ("420", "420"),
        ("  ", ""),
    ],
)
def test_a_number_has_one_spelling(typed: str, number: str) -> None:
    assert tracking_number_of(typed) == number


def test_an_owner_who_spells_the_number_anew_is_the_same_owner() -> None:
    parcel = Parcel("1Z9").owned_by(Owner(Direction.OUTBOUND, "T-10001", "", "1z 9"))
    parcel = parcel.owned_by(Owner(Direction.OUTBOUND, "T-10001", "UPS", "1Z9"))
    assert [(each.carrier, each.tracking_number) for each in parcel.owners] == [("UPS", "1Z9")]
