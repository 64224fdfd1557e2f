"""Each line of a return is decided on for itself: reasons, policies, clocks, and who sold it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from aftercare.batches.model import BatchStatus
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.address import Address
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, OrderLine, Parcel, ProductKind, email_key_of
from aftercare.returns.case import Case
from aftercare.returns.choice import chosen_lines
from aftercare.returns.errors import ChoiceInvalidError, NoPolicyError, ReturnRefusedError
from aftercare.returns.model import (
    ChosenLine,
    Opened,
    Reason,
    Return,
    ReturnLine,
    ReturnStatus,
)
from aftercare.returns.outlook import LineOutlook, Window
from aftercare.returns.policy import Outcome, Payer, Rule
from aftercare.returns.recalls import Recalls
from aftercare.returns.store import ReturnStore
from tests.fakes.codes import batch, book
from tests.fakes.house import WORKER, House
from tests.fakes.orders import (
    BLIND_BOX,
    EMAIL,
    FIGURE,
    HOME,
    NOON,
    ORDERS_INGEST,
    POP_NOW,
    delivered,
    paid,
    shipped,
)

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
DAY = timedelta(days=1)
HONOLULU = replace(HOME, city="Honolulu", region="HI", postal_code="96815")
NEW_YORK = replace(HOME, city="New York", region="NY", postal_code="10001")
TOKYO = Address("Aiko Sato", "1-2-3 Jingumae", "Shibuya-ku", "Tokyo", "150-0001", "JP")
NOWHERE = Address("", "", "", "", "", "")
TOYS = (FIGURE, BLIND_BOX, replace(POP_NOW, opened_online=False))


def bought(
    house: House, *lines: OrderLine, at: datetime | None = None, **of_purchase: Any
) -> Order:
    """An order as the shop tells of it when it is paid."""
    event = paid(*lines, number=house.new_number(), at=at or house.clock())
    changed = replace(event, purchase=replace(event.purchase, **of_purchase))
    return house.orders.record(changed, actor=ORDERS_INGEST)


def arrived(house: House, order: Order, at: datetime) -> Order:
    house.orders.record(shipped(order.order_number, at - DAY), actor=ORDERS_INGEST)
    return house.orders.record(delivered(order.order_number, at), actor=ORDERS_INGEST)


def case(house: House, order: Order) -> Case:
    return house.returns._case(order, house.returns.store.held(order))


def decided(house: House, order: Order, chosen: Mapping[str, ChosenLine]) -> tuple[ReturnLine, ...]:
    return case(house, order).decided(chosen_lines(order, chosen), house.clock())


def outlook(house: House, order: Order, line_id: str = "1") -> LineOutlook:
    return next(line for line in house.returns.outlook(order) if line.line_id == line_id)


def draft_of(house: House, order: Order, chosen: Mapping[str, ChosenLine]) -> Return:
    """A draft with those lines, stored as it is."""
    now = house.clock()
    lines = decided(house, order, chosen)
    ret = Return(new_id("ret", now), KEY, order.order_number, lines, now, CUSTOMER)
    house.returns.store.save_draft(ret)
    return house.returns.owned(KEY, ret.return_id)


def submit(house: House, ret: Return) -> Return:
    return house.returns.submit(KEY, ret.return_id, actor=CUSTOMER)


# ---------------------------------------------------------------- mixed lines


def test_lines_with_different_reasons_have_different_decisions_and_one_payer(house: House) -> None:
    order = arrived(house, bought(house, *TOYS, market="JP", ship_to=TOKYO), NOON - 3 * DAY)
    ret = draft_of(
        house,
        order,
        {
            "1": ChosenLine(1, Reason.CHANGED_MIND, "Not my colour."),
            "2": ChosenLine(2, Reason.STAINED),
            "3": ChosenLine(1, Reason.RARITY_DISPUTE),
        },
    )
    mind, stains, rarity = (line.decision for line in ret.lines)
    assert mind
    assert stains
    assert rarity
    assert [line.policy_id for line in (mind, stains, rarity)] == ["collectibles_standard"] * 3
    assert [mind.rule, stains.rule, rarity.rule] == ["R-RET-28", "R-RET-34", "R-RET-35"]
    assert [mind.payer, stains.payer] == [Payer.BUYER, Payer.SELLER]
    assert mind.last_day
    assert stains.last_day == mind.last_day + 16 * DAY
    assert ret.payer is Payer.SELLER
    assert ret.photos_needed == 2  # the packaging and the code; both are photos of the item, too
    for _ in range(2):
        house.add_good_photo(ret)
    decided = house.returns.approve(submit(house, ret).return_id, actor=WORKER)
    assert decided.status is ReturnStatus.IN_REVIEW  # people judge the rarity
    assert [line.reason for line in decided.lines] == [
        Reason.CHANGED_MIND,
        Reason.STAINED,
        Reason.RARITY_DISPUTE,
    ]
    assert decided.lines[0].note == "Not my colour."


def test_one_line_that_may_not_come_back_is_named_and_keeps_the_return_from_submission(
    house: House,
) -> None:
    order = arrived(house, bought(house, *TOYS), NOON - 3 * DAY)
    chosen = {"1": ChosenLine(1, Reason.STAINED), "2": ChosenLine(1, Reason.CHANGED_MIND)}
    ret = draft_of(house, order, chosen)
    assert [line.passed or not line.refusals for line in ret.lines] == [True, False]
    house.add_good_photo(ret)
    with pytest.raises(ReturnRefusedError) as refusal:
        submit(house, ret)
    assert refusal.value.facts["line_id"] == "2"
    assert refusal.value.decision.refusals[0].rule is Rule.NOT_PERSONAL_FOR_BLIND_BOX
    assert house.returns.owned(KEY, ret.return_id).is_draft


def test_a_line_without_a_reason_is_kept_and_not_submitted(house: House) -> None:
    order = arrived(house, bought(house, *TOYS), NOON - 3 * DAY)
    chosen = {"1": ChosenLine(1, Reason.STAINED), "2": ChosenLine(1, None, "Hm.")}
    ret = draft_of(house, order, chosen)
    assert (ret.lines[1].note, ret.lines[1].decision) == ("Hm.", None)
    house.add_good_photo(ret)
    with pytest.raises(ChoiceInvalidError) as refusal:
        submit(house, ret)
    assert refusal.value.field == "reason"


def test_a_box_that_nobody_called_sealed_is_asked_about_before_the_submission(
    house: House,
) -> None:
    order = arrived(house, bought(house, BLIND_BOX, market="GB", ship_to=NOWHERE), NOON - 3 * DAY)
    [line] = house.returns.outlook(order)
    assert line.decisions[Reason.CHANGED_MIND].asks_opened
    ret = draft_of(house, order, {"2": ChosenLine(1, Reason.CHANGED_MIND)})
    house.add_good_photo(ret)
    with pytest.raises(ChoiceInvalidError) as refusal:
        submit(house, ret)
    assert refusal.value.field == "opened"
    sealed = draft_of(house, order, {"2": ChosenLine(1, Reason.CHANGED_MIND, "", Opened.SEALED)})
    house.add_good_photo(sealed)
    assert submit(house, sealed).status is ReturnStatus.SUBMITTED


# ---------------------------------------------------------------- the customer's clock

IN_HONOLULU = datetime(2026, 6, 17, 9, 59, 59, 999999, tzinfo=UTC)  # June 16, 23:59


class Clock(NamedTuple):
    """Where an order went and when it came, and the last moment on its clock."""

    ship_to: Address
    delivered_at: datetime
    last_moment: datetime
    zone: str


CLOCKS = {
    "Honolulu": Clock(
        HONOLULU, datetime(2026, 6, 1, 22, tzinfo=UTC), IN_HONOLULU, "Pacific/Honolulu"
    ),
    "New York at 00:30, when it is May in Los Angeles": Clock(
        NEW_YORK,
        datetime(2026, 6, 1, 4, 30, tzinfo=UTC),
        datetime(2026, 6, 17, 3, 59, 59, 999999, tzinfo=UTC),
        "America/New_York",
    ),
    "nowhere that we know: the market's latest": Clock(
        NOWHERE, datetime(2026, 6, 1, 22, tzinfo=UTC), IN_HONOLULU, "Pacific/Honolulu"
    ),
}


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS)
def test_the_last_day_ends_on_the_customers_clock(house: House, clock: Clock) -> None:
    order = bought(house, FIGURE, ship_to=clock.ship_to, at=clock.delivered_at - 5 * DAY)
    order = arrived(house, order, clock.delivered_at)
    for moment, rules in (
        (clock.last_moment, []),
        (clock.last_moment + timedelta(microseconds=1), [Rule.WITHIN_WINDOW]),
    ):
        house.clock.now = moment
        [line] = decided(house, order, {"1": ChosenLine(1, Reason.STAINED)})
        assert line.decision
        assert [verdict.rule for verdict in line.refusals] == rules
        assert (line.decision.last_day, line.decision.zone) == (date(2026, 6, 16), clock.zone)


def test_an_approval_counts_days_as_the_submission_did_wherever_the_order_goes_since(
    house: House,
) -> None:
    order = bought(house, FIGURE, ship_to=HONOLULU, at=datetime(2026, 5, 20, tzinfo=UTC))
    order = arrived(house, order, datetime(2026, 6, 1, 22, tzinfo=UTC))
    house.clock.now = IN_HONOLULU
    ret = draft_of(house, order, {"1": ChosenLine(1, Reason.STAINED)})
    house.add_good_photo(ret)
    submit(house, ret)
    moved = paid(FIGURE, number=order.order_number, at=house.clock(), ship_to=NEW_YORK)
    house.orders.record(moved, actor=ORDERS_INGEST)
    approved = house.returns.approve(ret.return_id, actor=WORKER)
    assert approved.status is ReturnStatus.APPROVED
    [line] = approved.lines
    assert line.decision
    assert line.decision.zone == "Pacific/Honolulu"


def test_an_approval_is_by_the_version_that_decided_whatever_becomes_of_the_order(
    house: House,
) -> None:
    order = arrived(house, bought(house, FIGURE), NOON - 3 * DAY)
    ret = draft_of(house, order, {"1": ChosenLine(1, Reason.STAINED)})
    house.add_good_photo(ret)
    submit(house, ret)
    sold = paid(FIGURE, number=order.order_number, at=house.clock())
    for market, channel in (("AQ", "online"), ("US", "distributor")):
        edit = replace(sold, purchase=replace(sold.purchase, market=market, channel=channel))
        house.orders.record(edit, actor=ORDERS_INGEST)
    approved = house.returns.approve(ret.return_id, actor=WORKER)
    assert approved.status is ReturnStatus.APPROVED
    [line] = approved.lines
    assert line.decision
    assert (line.decision.policy_id, line.decision.rule) == ("na_online", "R-RET-01")


def test_each_parcels_last_day_ends_on_the_customers_clock(house: House) -> None:
    order = bought(house, FIGURE, ship_to=HONOLULU, at=datetime(2026, 5, 20, tzinfo=UTC))
    for parcel_id, at in (  # June 1, 23:30 and June 2, 00:30 in Honolulu
        ("A", datetime(2026, 6, 2, 9, 30, tzinfo=UTC)),
        ("B", datetime(2026, 6, 2, 10, 30, tzinfo=UTC)),
    ):
        parcel = Parcel(parcel_id, lines={"1": 1})
        order = house.orders.record(delivered(order.order_number, at, parcel), actor=ORDERS_INGEST)
    first, last = date(2026, 6, 16), date(2026, 6, 17)
    for moment, windows, of_both in (
        (IN_HONOLULU, (Window(1, last), Window(1, first)), []),
        (IN_HONOLULU + timedelta(microseconds=1), (Window(1, last),), [Rule.WITHIN_WINDOW]),
    ):
        house.clock.now = moment
        assert outlook(house, order).windows[Reason.STAINED] == windows
        [both] = decided(house, order, {"1": ChosenLine(2, Reason.STAINED)})
        assert [verdict.rule for verdict in both.refusals] == of_both
        assert both.decision
        assert both.decision.last_day == first


def test_the_time_that_we_give_for_evidence_costs_nobody_the_window(house: House) -> None:
    order = arrived(house, bought(house, FIGURE, at=NOON - 20 * DAY), NOON - 15 * DAY)
    chosen = chosen_lines(order, {"1": ChosenLine(1, Reason.STAINED)})
    [line] = [replace(line, asked_at=NOON) for line in chosen]
    due_at, too_late = NOON + 2 * DAY, [Rule.WITHIN_WINDOW]
    for now, due, rules in (
        (NOON, due_at, []),
        (due_at - timedelta(microseconds=1), due_at, []),
        (due_at, due_at, too_late),  # it lapsed: asking again is a new question
        (NOON + DAY, None, too_late),
    ):
        [after] = case(house, order).decided([line], now, due)
        assert [verdict.rule for verdict in after.refusals] == rules


# ---------------------------------------------------------------- who sold it where


def test_a_store_purchase_is_returned_by_post_with_receipt_and_photos_at_the_customers_cost(
    house: House,
) -> None:
    order = bought(house, FIGURE, channel="store", ship_to=NOWHERE, at=NOON - 3 * DAY)
    ret = draft_of(house, order, {"1": ChosenLine(1, Reason.UNSTABLE)})
    [line] = ret.lines
    assert line.decision
    assert (line.decision.policy_id, line.decision.in_store) == ("na_store", True)
    assert (ret.payer, ret.photos_needed) == (Payer.BUYER, 5)
    for _ in range(5):
        house.add_good_photo(ret)
    ret = submit(house, ret)
    assert house.returns.approve(ret.return_id, actor=WORKER).status is ReturnStatus.APPROVED
    assert [each.available for each in house.returns.outlook(order)] == [1]


@pytest.mark.parametrize("channel", ["store", "vending"])
def test_a_store_purchase_counts_from_the_purchase(house: House, channel: str) -> None:
    at = datetime(2026, 6, 1, 19, tzinfo=UTC)
    order = bought(house, FIGURE, channel=channel, ship_to=HOME, at=at)
    for moment, units in (
        (datetime(2026, 6, 17, 6, 59, tzinfo=UTC), 2),
        (datetime(2026, 6, 17, 7, tzinfo=UTC), 0),
    ):
        house.clock.now = moment
        line = outlook(house, order)
        assert line.units_for(Reason.STAINED) == line.returnable == units


def test_a_store_purchase_that_was_none_has_its_parcels_window(house: House) -> None:
    order = bought(house, FIGURE, channel="store", at=NOON - 9 * DAY)
    assert house.orders.get(order.order_number) == order
    assert order.parcels == {}
    event = paid(FIGURE, number=order.order_number, at=NOON - 8 * DAY)
    corrected = house.orders.record(event, actor=ORDERS_INGEST)
    assert corrected.delivered_at is None
    came = arrived(house, house.orders.get(order.order_number), NOON - DAY)
    assert outlook(house, came).windows[Reason.STAINED] == (Window(2, date(2026, 6, 24)),)


@pytest.mark.parametrize("channel", ["distributor", "marketplace"])
def test_what_others_sold_is_theirs_to_take_back_except_for_a_recall(
    house: House, channel: str
) -> None:
    order = arrived(house, bought(house, FIGURE, BLIND_BOX, channel=channel), NOON - 90 * DAY)
    with pytest.raises(NoPolicyError) as refusal:
        house.returns.outlook(order)
    assert refusal.value.facts["why"] == channel
    recalled = batch(0, BatchStatus.RECALLED, sku=FIGURE.sku)
    recalls = Recalls(book(house.clock, recalled))
    house = replace(house, returns=replace(house.returns, recalls=recalls))
    line, other = house.returns.outlook(order)
    allowed = [reason for reason, each in line.decisions.items() if not each.refusals]
    assert allowed == [Reason.RECALLED]
    assert (line.returnable, other.returnable) == (2, 0)
    [stained] = decided(house, order, {"1": ChosenLine(1, Reason.STAINED)})
    assert [verdict.rule for verdict in stained.refusals] == [Rule.CAUSE_COVERED]


def test_an_order_of_a_market_without_a_policy_says_to_ask_where_it_was_bought(
    house: House,
) -> None:
    order = arrived(house, bought(house, FIGURE, market="AQ"), NOON - DAY)
    with pytest.raises(NoPolicyError) as refusal:
        house.returns.outlook(order)
    assert refusal.value.facts["why"] == "unknown"


# ---------------------------------------------------------------- what is offered


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        (FIGURE, set()),
        (
            replace(BLIND_BOX, set_size=12),
            {"unwanted_character", "rarity_dispute", "limited_redraw"},
        ),
        (
            replace(BLIND_BOX, set_size=6),
            {"unwanted_character", "rarity_dispute", "limited_redraw", "duplicate_in_set"},
        ),
        (
            replace(FIGURE, kind=ProductKind.UNKNOWN),  # the most careful rules: a POP NOW box's
            {"unwanted_character", "rarity_dispute", "limited_redraw", "duplicate_in_set"},
        ),
    ],
    ids=["figure", "six of twelve boxes", "a whole set", "unknown kind"],
)
def test_only_reasons_that_fit_the_line_are_offered(
    house: House, line: OrderLine, reasons: set[str]
) -> None:
    order = arrived(house, bought(house, line), NOON - DAY)
    [offered] = house.returns.outlook(order)
    everybodys = {
        *("arrived_damaged", "missing_parts", "broken_or_scratched", "unstable", "stained"),
        *("discolored", "excess_glue", "wrong_item", "changed_mind"),
    }
    assert {*offered.decisions} == everybodys | reasons


def test_where_a_recall_applies_a_defects_last_days_are_told_too(house: House) -> None:
    recalled = batch(0, BatchStatus.RECALLED, sku=FIGURE.sku)
    recalls = Recalls(book(house.clock, recalled))
    house = replace(house, returns=replace(house.returns, recalls=recalls))
    order = arrived(house, bought(house, FIGURE), NOON - 2 * DAY)
    line = outlook(house, order)
    assert line.windows[Reason.RECALLED] == (Window(2, None),)
    assert line.windows[Reason.STAINED] == (Window(2, date(2026, 6, 23)),)
    assert line.returnable == 2


def test_a_submission_reads_the_returns_that_refunds_name_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ret = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.add_good_photo(ret)
    asked: list[Collection[str]] = []
    by_tickets = ReturnStore.by_tickets

    def counted(store: ReturnStore, tickets: Collection[str]) -> tuple[Return, ...]:
        asked.append(tickets)
        return by_tickets(store, tickets)

    monkeypatch.setattr(ReturnStore, "by_tickets", counted)
    submit(house, ret)
    assert len(asked) == 1


def test_each_decision_says_what_was_still_missing(house: House) -> None:
    order = arrived(house, bought(house, FIGURE), NOON - DAY)
    ret = draft_of(house, order, {"1": ChosenLine(1, Reason.STAINED)})
    [line] = ret.lines
    assert line.decision
    pending = [each.rule for each in line.decision.verdicts if each.outcome is Outcome.PENDING]
    assert pending == [Rule.EVIDENCE_GIVEN]
