"""What a return in several parcels waits for, whatever the order in which its news comes."""

import itertools
from dataclasses import replace

import pytest

from aftercare.returns import waiting
from aftercare.returns.model import IssuedLabel, ParcelLabel, ParcelWay, Return
from aftercare.returns.scanned_parcel import parcel_of
from tests.fakes.orders import NOON
from tests.unit.returns.test_model import line, ret

TICKET = "R-7K3M-Q9XT-1"
W = ParcelWay
GONE = (W.VOIDED, W.LOST)


def label(parcel: int) -> IssuedLabel:
    return IssuedLabel(f"lbl_{parcel}", f"00340000000000000{parcel}", "The Post", sample=False)


def several(*ways: ParcelWay | None) -> Return:
    """As many parcels, all of which have their labels."""
    labels = tuple(ParcelLabel(each, label(each), NOON) for each in range(2, len(ways) + 1))
    known = {each: way for each, way in enumerate(ways, 1) if way}
    made = replace(ret(line()), label=label(1), more_labels=labels)
    return replace(made, parcels=len(ways), ways=known, ticket=TICKET)


def test_later_news_wins_in_whatever_order_it_comes() -> None:
    for told in itertools.permutations(ParcelWay):
        after = several(None, None)
        for way in told:
            after = waiting.noted(after, way, [2])
        assert after.ways == {2: W.OPENED}, told


@pytest.mark.parametrize(
    ("before", "news", "after"),
    [
        (W.VOIDED, W.ON_ITS_WAY, W.ON_ITS_WAY),
        (W.ON_ITS_WAY, W.VOIDED, W.ON_ITS_WAY),
        (W.LOST, W.ON_ITS_WAY, W.LOST),
        (W.LOST, W.ARRIVED, W.ARRIVED),
        (W.ARRIVED, W.LOST, W.ARRIVED),
        (W.ARRIVED, W.OPENED, W.OPENED),
    ],
)
def test_of_two_news_of_a_parcel_the_one_that_can_only_follow_counts(
    before: ParcelWay, news: ParcelWay, after: ParcelWay
) -> None:
    assert waiting.noted(several(None, before), news, [2]).ways[2] is after


def test_a_single_parcel_waits_for_nothing_and_notes_nothing() -> None:
    one = several(None)
    assert waiting.noted(one, W.ARRIVED, [1]) is one
    assert (waiting.outstanding(one), waiting.uncounted(one)) == ((), ())
    assert not waiting.all_have_come(one)
    assert not waiting.is_lost(one)


def test_what_may_still_come_and_what_may_still_be_counted() -> None:
    many = several(None, W.ON_ITS_WAY, W.ARRIVED, W.OPENED, W.VOIDED)
    assert waiting.outstanding(many) == (1, 2)
    assert waiting.uncounted(many) == (1, 2, 3)
    assert waiting.is_any_here(many)
    assert not waiting.all_have_come(many)


@pytest.mark.parametrize("gone", GONE)
def test_it_has_come_with_the_last_that_may_come_and_is_lost_if_none_is_here(
    gone: ParcelWay,
) -> None:
    assert waiting.all_have_come(several(W.ARRIVED, gone))
    assert waiting.all_have_come(several(gone, W.OPENED))
    assert not waiting.all_have_come(several(gone, gone))
    assert waiting.is_lost(several(gone, gone))
    assert not waiting.is_lost(several(gone, None))


def test_a_parcel_without_a_label_is_waited_for_only_once_it_was_scanned() -> None:
    asked = replace(several(W.ARRIVED), parcels=2)
    assert waiting.outstanding(asked) == ()
    assert waiting.outstanding(waiting.noted(asked, W.ON_ITS_WAY, [2])) == (2,)


def test_a_parcel_is_known_by_its_square_code_its_print_or_its_number() -> None:
    two = several(None, None)
    assert [parcel_of(f"{TICKET}{each}", two) for each in ("", "#2", " · 2", "£2", "#1")] == [
        *(1, 2, 2, 2, 1)
    ]
    assert parcel_of(f"{TICKET}#3", two) == 1
    assert parcel_of(label(2).tracking_number, two) == 2
    assert parcel_of(f"(00) {label(2).tracking_number}", two) == 2
    assert parcel_of("5061", two) == 1
