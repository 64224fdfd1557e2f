"""Submitted returns are screened: what is noticed sends them to a person, and declines nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aftercare.evidence.model import Evidence, EvidenceState, Likeness, Match
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.kernel.rulebook import RuleBook
from aftercare.orders.model import Order, OrderLine, email_key_of
from aftercare.returns import events
from aftercare.returns.model import Reason, Return, ReturnStatus
from aftercare.returns.screener import Codes, KnownCode, Screener
from aftercare.returns.screening_rules import published
from aftercare.returns.store import ReturnStore
from tests.fakes.house import WORKER, House, build_house
from tests.fakes.orders import FIGURE, NOON
from tests.fakes.screening import rules

pytestmark = pytest.mark.integration
CODE = "7K2M9QXA7K2M9QXA"
KNOWN = {
    "its own": KnownCode(CODE, FIGURE.sku),
    "another's": KnownCode(CODE, "FIG-2"),
    "suspect": KnownCode(CODE, FIGURE.sku, is_suspect=True),
    "forged": KnownCode(CODE),
}


@pytest.fixture
def house(tables: dict[str, str], buckets: dict[str, str]) -> House:
    """A house with the published rules, and with codes that are known by what is said of them."""
    codes = Codes(KNOWN.get, KNOWN.get)
    return build_house(tables, buckets, screening=published(), codes=codes)


def somebody() -> str:
    """The address of a customer who has no other return."""
    return f"{new_id('ret', NOON).lower()}@example.com"


def an_order(house: House, *lines: OrderLine, email: str = "", **of_line: Any) -> Order:
    """An order of two figures, of a customer who has no other."""
    figures = replace(FIGURE, **of_line)
    return house.delivered_order(*(lines or (figures,)), email=email or somebody())


def drafted(house: House, order: Order, units: int = 1, **found: Any) -> Return:
    """A draft with one accepted photo, in which that was found."""
    draft = house.draft(order, new_id("ret", NOON), {"1": units})
    showing(house, draft, **found)
    return draft


def showing(house: House, draft: Return, **found: Any) -> Evidence:
    """One more photo of the draft, as the intake leaves it."""
    slot = house.returns.add_photo(draft.email_key, draft.return_id, "image/jpeg", actor=CUSTOMER)
    accepted = replace(slot, state=EvidenceState.ACCEPTED, **found)
    house.evidence.store.settle(accepted)
    return accepted


def submitted(house: House, order: Order, units: int = 1, **found: Any) -> Return:
    draft = drafted(house, order, units, **found)
    return house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)


def screened(house: House, ret: Return) -> Return:
    return house.returns.approve(ret.return_id, actor=WORKER)


def noticed(house: House, ret: Return) -> dict[str, tuple[str, ...]]:
    """Each signal with what it refers to."""
    after = screened(house, ret)
    assert after.screening
    reviewed = after.status is ReturnStatus.IN_REVIEW
    assert reviewed is after.screening.needs_review
    return {signal.code: signal.references for signal in after.screening.signals}


def test_a_return_of_which_nothing_is_noticed_is_approved_and_keeps_its_screening(
    house: House,
) -> None:
    ret = screened(house, submitted(house, an_order(house)))
    assert ret.status is ReturnStatus.APPROVED
    assert ret.screening
    assert (ret.screening.score, ret.screening.signals) == (0, ())
    assert house.returns.store.get(ret.return_id) == ret


def test_a_return_of_which_something_is_noticed_waits_for_a_person_with_its_units(
    house: House,
) -> None:
    order = an_order(house, unit_price=15_001)
    ret = screened(house, submitted(house, order, units=2))
    assert ret.status is ReturnStatus.IN_REVIEW
    assert ret.screening
    assert [signal.code for signal in ret.screening.signals] == ["high_value"]
    assert ret.review
    assert (ret.review.since, str(ret.review.look_by)) == (house.clock(), "2026-06-15")
    assert house.returns.store.get(ret.return_id) == ret
    assert house.returns.store.claimed_units(order.order_number) == {"1": 2}
    entry = house.returns.timeline(ret)[-1]
    assert entry.entry_type == events.IN_REVIEW
    assert entry.data == {"ticket": ret.ticket, "signals": "high_value"}


def test_screening_twice_is_once(house: House) -> None:
    ret = screened(house, submitted(house, an_order(house, unit_price=30_001)))
    assert screened(house, ret) == ret
    assert len(house.returns.timeline(ret)) == 3


# ---------------------------------------------------------------- photos


def like(other: Return, likeness: Likeness = Likeness.SAME_PICTURE) -> dict[str, Any]:
    return {"matches": (Match(other.return_id, "evd_other", likeness),)}


def test_a_photo_of_another_customers_return_is_noticed_with_both_references(
    house: House,
) -> None:
    theirs = drafted(house, an_order(house))
    mine = drafted(house, an_order(house))
    photo = showing(house, mine, **like(theirs))
    house.returns.submit(mine.email_key, mine.return_id, actor=CUSTOMER)
    both = (photo.evidence_id, theirs.return_id, "evd_other")
    assert noticed(house, mine) == {"reused_photo": both}


def test_a_photo_taken_with_one_of_another_customers_return_is_noticed(house: House) -> None:
    theirs = submitted(house, an_order(house))
    mine = submitted(house, an_order(house), **like(theirs, Likeness.SAME_MOMENT))
    assert set(noticed(house, mine)) == {"same_moment"}


def test_a_likeness_for_people_only_is_not_noticed(house: House) -> None:
    theirs = submitted(house, an_order(house))
    assert not noticed(house, submitted(house, an_order(house), **like(theirs, Likeness.SIMILAR)))


def test_a_customers_photo_serves_for_every_return_of_one_order(house: House) -> None:
    order = an_order(house)
    first = submitted(house, order)
    assert not noticed(house, submitted(house, order, **like(first)))


def test_photos_of_an_order_stay_its_own_when_its_address_is_corrected(house: House) -> None:
    order = an_order(house)
    before = house.returns.store.get(submitted(house, order).return_id)
    assert before
    house.returns.store.save_claim(replace(before, email_key=email_key_of("typo@example.com")))
    assert not noticed(house, submitted(house, order, **like(before)))


def test_a_copy_is_noticed_however_many_others_are_the_customers_own(house: House) -> None:
    order = an_order(house)
    own = tuple(Match(f"ret_{number}", "evd_own", Likeness.SAME_PICTURE) for number in range(24))
    theirs = submitted(house, an_order(house))
    matches = (*own, *like(theirs)["matches"])
    assert set(noticed(house, submitted(house, order, matches=matches))) == {"reused_photo"}


def test_a_customers_photo_of_another_order_is_noticed(house: House) -> None:
    email = somebody()
    first = submitted(house, an_order(house, email=email))
    second = submitted(house, an_order(house, email=email), **like(first))
    assert set(noticed(house, second)) == {"reused_photo"}


@pytest.mark.parametrize("end", ["left", "discarded", "cancelled", "lapsed"])
def test_who_chose_the_wrong_order_first_may_use_the_photo_again(house: House, end: str) -> None:
    email = somebody()
    key = email_key_of(email)
    wrong = drafted(house, an_order(house, email=email))
    right = an_order(house, email=email)
    match end:
        case "discarded":
            house.returns.discard(key, wrong.return_id, actor=CUSTOMER)
        case "cancelled":
            house.returns.submit(key, wrong.return_id, actor=CUSTOMER)
            house.returns.cancel(key, wrong.return_id, actor=CUSTOMER)
        case "lapsed":
            house.clock.forward(hours=49)
            house.returns.lapse(wrong.return_id, actor=WORKER)
    assert not noticed(house, submitted(house, right, **like(wrong)))


def test_a_match_in_a_return_that_is_gone_is_not_noticed(house: House) -> None:
    gone = replace(submitted(house, an_order(house)), return_id=new_id("ret", NOON))
    assert not noticed(house, submitted(house, an_order(house), **like(gone)))


def test_a_removed_photo_is_not_noticed(house: House) -> None:
    theirs = submitted(house, an_order(house))
    draft = drafted(house, an_order(house))
    photo = showing(house, draft, **like(theirs))
    house.returns.remove_photo(draft.email_key, draft.return_id, photo.evidence_id)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    assert not noticed(house, draft)


def test_a_photo_from_before_the_delivery_is_kept_in_mind_and_nobody_waits(house: House) -> None:
    draft = drafted(house, an_order(house))
    photo = showing(house, draft, before_delivery=True)
    showing(house, draft, before_delivery=False)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    assert noticed(house, draft) == {"before_delivery": (photo.evidence_id,)}
    assert house.returns.owned(draft.email_key, draft.return_id).status is ReturnStatus.APPROVED


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("serial", "signal"),
    [
        ("its own", ""),
        ("a website", ""),  # most QR codes on a box are no codes of ours
        ("another's", "serial_mismatch"),
        ("suspect", "suspect_code"),
        ("forged", "unknown_code"),
    ],
)
def test_the_code_on_a_label_must_be_that_of_the_item(
    house: House, serial: str, signal: str
) -> None:
    draft = drafted(house, an_order(house))
    photo = showing(house, draft, serial=serial)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    assert noticed(house, draft) == ({signal: (photo.evidence_id,)} if signal else {})


def test_who_got_the_wrong_item_has_the_code_of_the_wrong_item(house: House) -> None:
    house.clock.forward(days=180)  # since when wrong items come back
    order = an_order(house)
    key = email_key_of(order.purchase.email if order.purchase else "")
    draft = house.choose(
        key, new_id("ret", NOON), order.order_number, units={"1": 1}, reason=Reason.WRONG_ITEM
    )
    showing(house, draft, serial="another's")
    house.returns.submit(key, draft.return_id, actor=CUSTOMER)
    assert not noticed(house, draft)


@pytest.mark.parametrize(
    ("serials", "is_noticed"),
    [
        (("7K2M-9QXA-7K2M-9QXA",), False),
        (("7k2m 9qxa 7k2m 9qxa",), False),
        (("ZZZZ-9QXA-7K2M-9QXA",), True),
        (("NO. 0001",), False),  # a serial of another kind can't be compared
        ((), False),
    ],
)
def test_where_the_shop_names_the_very_item_its_code_must_be_that_one(
    house: House, serials: tuple[str, ...], *, is_noticed: bool
) -> None:
    order = an_order(house, serials=serials, quantity=1)
    ret = submitted(house, order, serial="its own")
    assert ("serial_mismatch" in noticed(house, ret)) is is_noticed


def test_a_code_of_a_line_with_more_units_than_named_items_is_not_compared(house: House) -> None:
    order = an_order(house, serials=("ZZZZ-9QXA-7K2M-9QXA",), quantity=2)
    assert not noticed(house, submitted(house, order, serial="its own"))


# ---------------------------------------------------------------- how many, how much


def test_the_seventh_return_within_ninety_days_is_noticed(house: House) -> None:
    email = somebody()
    for _ in range(6):
        assert not noticed(house, submitted(house, an_order(house, email=email)))
    assert set(noticed(house, submitted(house, an_order(house, email=email)))) == {
        "too_many_returns"
    }
    house.clock.forward(days=91)
    assert not noticed(house, submitted(house, an_order(house, email=email)))


def test_what_was_cancelled_or_only_begun_is_not_counted(house: House) -> None:
    email = somebody()
    key = email_key_of(email)
    for _ in range(4):
        cancelled = submitted(house, an_order(house, email=email))
        house.returns.cancel(key, cancelled.return_id, actor=CUSTOMER)
        drafted(house, an_order(house, email=email))
    assert not noticed(house, submitted(house, an_order(house, email=email)))


def test_who_follows_a_recall_is_not_counted_for_what_they_returned_before(house: House) -> None:
    email = somebody()
    for _ in range(6):
        submitted(house, an_order(house, email=email))
    order = an_order(house, email=email)
    ret = submitted(house, order)
    recalled = replace(ret, lines=tuple(replace(x, reason=Reason.RECALLED) for x in ret.lines))
    screening = house.returns.screener().screened(recalled, order, (), ZoneInfo("UTC"))
    assert not screening.needs_review


class Crowded(ReturnStore):
    """Returns of a customer who has begun more since than a screening reads."""

    def of_customer(self, email_key: str, limit: int) -> tuple[Return, ...]:
        newest, *_ = super().of_customer(email_key, limit)
        begun = replace(newest, status=ReturnStatus.DRAFT, submitted_at=None)
        return tuple(replace(begun, return_id=f"ret_{number}") for number in range(limit))


def test_drafts_hide_no_returns(house: House, tables: dict[str, str]) -> None:
    ret = submitted(house, an_order(house))
    screener = Screener(published(), Crowded(tables["ReturnsTable"]))
    crowded = replace(house.returns, screener=lambda: screener)
    after = crowded.approve(ret.return_id, actor=WORKER)
    assert after.screening
    assert [signal.code for signal in after.screening.signals] == ["too_many_returns"]


def test_what_was_paid_counts_and_not_the_list_price(house: House) -> None:
    dear = an_order(house, unit_price=40_000)
    reduced = an_order(house, unit_price=40_000, discount=20_001)
    assert set(noticed(house, submitted(house, dear))) == {"high_value"}
    assert not noticed(house, submitted(house, reduced))


def test_only_the_units_that_come_back_count(house: House) -> None:
    order = an_order(house, unit_price=29_000)
    assert not noticed(house, submitted(house, order, units=1))


# ---------------------------------------------------------------- versions


def test_the_rules_of_the_day_of_the_submission_count(
    house: House, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    ret = submitted(house, an_order(house, unit_price=30_001))
    day = NOON.date()
    lax = rules(version="lax", valid_from=day - timedelta(days=1), limits={"US": {"USD": 90_000}})
    strict = rules(version="strict", valid_from=day + timedelta(days=1))
    later = build_house(tables, buckets, screening=RuleBook([lax, strict]))
    later.clock.forward(days=2)
    after = screened(later, ret)
    assert after.screening
    assert (after.status, after.screening.version) == (ReturnStatus.APPROVED, "lax")
