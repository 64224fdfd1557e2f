"""A return of several lines: who pays, what it needs, whether it passes."""

from dataclasses import replace

import pytest

from aftercare.orders.model import email_key_of
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.policy import Payer, decide
from aftercare.returns.reasons import (
    EvidenceKind,
    Reason,
    Wanted,
    merged,
    missing,
    missing_each,
    photos_of,
)
from tests.fakes.orders import EMAIL, NOON
from tests.fakes.policies import facts, na_online

PHOTO, WHOLE, CLOSE = EvidenceKind.PHOTO, EvidenceKind.WHOLE_PRODUCT, EvidenceKind.CLOSE_UP
VIDEO = EvidenceKind.UNPACKING_VIDEO
PASSED = decide(na_online(), facts())
REMOTE = (Wanted(WHOLE, 3), Wanted(CLOSE, 1))
SHOWN = (Wanted(PHOTO, 1, (VIDEO,)),)


def line(line_id: str = "1", **changes: object) -> ReturnLine:
    chosen = ReturnLine(line_id, "FIG-1", "Moon Hare", 1, Reason.MISSING_PARTS)
    return replace(chosen, decision=replace(PASSED, **changes))  # type: ignore[arg-type]


def ret(*lines: ReturnLine) -> Return:
    return Return("ret_1", email_key_of(EMAIL), "PM-2026-0001", lines, NOON)


@pytest.mark.parametrize(
    ("payers", "parcel"),
    [
        ([Payer.SELLER, Payer.BUYER], Payer.SELLER),
        ([Payer.BUYER, Payer.SELLER], Payer.SELLER),
        ([Payer.BUYER, Payer.BUYER], Payer.BUYER),
        ([Payer.BUYER, None], Payer.BUYER),
        ([None], None),
        ([], None),
    ],
)
def test_the_seller_pays_the_parcel_if_any_of_its_lines_is_the_sellers(
    payers: list[Payer | None], parcel: Payer | None
) -> None:
    assert (
        ret(*(line(str(place), payer=payer) for place, payer in enumerate(payers))).payer is parcel
    )


def test_a_return_passes_if_every_line_does() -> None:
    undecided = replace(line("2"), reason=None, decision=None)
    refused = replace(line("3"), decision=decide(na_online(), facts(available=0)))
    assert ret(line()).passed
    assert not ret(line(), undecided).passed
    assert not ret(line(), refused).passed
    assert not ret().passed
    assert ret(line(), refused).refused == refused
    assert ret(line(), undecided).refused is None


@pytest.mark.parametrize("status", [*ReturnStatus], ids=str)
def test_a_return_that_has_not_begun_or_has_ended_holds_no_units(status: ReturnStatus) -> None:
    under_way = {"submitted", "in_review", "needs_evidence", "approved", "label_ready"}
    holds = under_way | {"in_transit", "arrived", "inspected", "resolving", "closed"}
    assert replace(ret(line()), status=status).holds_units is (status in holds)


def test_one_photo_may_show_several_lines() -> None:
    both = ret(line(evidence=SHOWN), line("2", evidence=REMOTE))
    assert both.evidence == (*SHOWN, *REMOTE)
    assert both.photos_needed == 4
    assert ret(line(evidence=SHOWN), line("2", evidence=SHOWN)).photos_needed == 1
    assert merged([Wanted(WHOLE, 3), Wanted(WHOLE, 1)]) == (Wanted(WHOLE, 3),)


@pytest.mark.parametrize(
    ("wanted", "given", "more"),
    [
        (SHOWN, {}, 1),
        (SHOWN, {PHOTO: 1}, 0),
        (SHOWN, {CLOSE: 1}, 0),  # any photo does
        (SHOWN, {VIDEO: 1}, 0),  # instead
        (REMOTE, {}, 4),
        (REMOTE, {PHOTO: 3}, 1),  # nobody sorted them: each stands for one that is asked for
        (REMOTE, {PHOTO: 4}, 0),
        (REMOTE, {WHOLE: 4}, 1),  # none of them is close up
        (REMOTE, {WHOLE: 3, CLOSE: 1}, 0),
        (REMOTE, {WHOLE: 2, PHOTO: 2}, 0),
        (REMOTE, {VIDEO: 1}, 4),  # a video is no picture
        ((), {}, 0),
    ],
)
def test_what_is_missing_is_what_was_asked_for_and_not_shown(
    wanted: tuple[Wanted, ...], given: dict[EvidenceKind, int], more: int
) -> None:
    assert missing(wanted, given) == more
    assert photos_of(wanted) == missing(wanted, {})


@pytest.mark.parametrize(
    ("wanted", "given", "each"),
    [
        (SHOWN, {}, (1,)),
        (SHOWN, {VIDEO: 1}, (0,)),
        (SHOWN, {CLOSE: 1}, (0,)),
        (REMOTE, {}, (3, 1)),
        (REMOTE, {WHOLE: 5}, (0, 1)),
        (REMOTE, {PHOTO: 3}, (0, 1)),  # unsorted ones fill what is asked for first
        (REMOTE, {PHOTO: 4}, (0, 0)),
        (REMOTE, {WHOLE: 2, PHOTO: 2}, (0, 0)),
        ((*SHOWN, Wanted(CLOSE, 1)), {CLOSE: 1}, (0, 0)),  # one photo is both
    ],
)
def test_what_is_missing_is_said_of_each_kind(
    wanted: tuple[Wanted, ...], given: dict[EvidenceKind, int], each: tuple[int, ...]
) -> None:
    assert missing_each(wanted, given) == each
    assert (sum(each) == 0) is (missing(wanted, given) == 0)
