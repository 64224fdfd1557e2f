"""Orders paid and refunded, members who join, reviews: the shop's events settled in the ledger."""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import members_ingest.app
import orders_ingest.app
from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.due.model import Timer
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import email_key_of
from aftercare.points.ledger import HOLD_DUE
from aftercare.points.request import Caller
from aftercare.points.rules import published
from aftercare.points.wiring import PointsConfig, points_service
from points_ingest.app import handler
from tests.fakes import points_desk
from tests.fakes.events import CONTEXT, Json, bus_event, queue_event
from tests.fakes.logs import logged
from tests.fakes.orders import line_detail, shop_detail
from tests.fakes.points import BY_TILL
from tests.fakes.points_desk import NOBODY, fresh, joined, sound
from tests.fakes.template import resources

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
ALL_WELL: Json = {"batchItemFailures": []}
BONUS = published().versions[-1].review_bonus
_numbers = itertools.count(1)


def number() -> str:
    return f"PI-{next(_numbers):06d}"


def shop(kind: str, order: str, **detail: Any) -> Json:
    """An order's event, of a day on which points are still good; two figures at $89 each."""
    at = datetime.now(UTC) - timedelta(days=10)
    fields = {"order_number": order, "occurred_at": to_text(at)} | detail
    return {"source": "shop.orders", "detail-type": kind, "detail": shop_detail(**fields)}


def refund(order: str, refund_id: str, units: int = 1) -> Json:
    lines = [{"line_id": "1", "quantity": units}]
    return shop("order.refunded", order, refund_id=refund_id, lines=lines)


def review(member_id: str, order: str, line_id: str = "1", **changes: str) -> Json:
    at = to_text(datetime.now(UTC) - timedelta(days=1))
    detail = {"member_id": member_id, "order_number": order, "line_id": line_id, "occurred_at": at}
    detail |= changes
    return {"source": "shop.reviews", "detail-type": "review.approved", "detail": detail}


def member_event(member_id: str, email: str, at: datetime, kind: str = "member.joined") -> Json:
    detail = {"member_id": member_id, "email": email, "occurred_at": to_text(at)}
    return {"source": "shop.members", "detail-type": kind, "detail": detail}


def answer_to(*events: Json | str) -> Json:
    """The shop's events on their way: folded by their ingest, whose entries the ledger follows."""
    followed = [each for event in events for each in _followed(event)]
    return dict(handler(queue_event(*followed), CONTEXT))


def _followed(event: Json | str) -> list[Json | str]:
    """What `points_ingest` gets of an event: entries of its own room, or the event itself."""
    if isinstance(event, str) or event["source"] not in INGESTS:
        return [event]
    ingest, key, timeline = INGESTS[event["source"]]
    subject = event["detail"][key]
    before = {entry.entry_id for entry in timeline(subject)}
    assert ingest(queue_event(event), CONTEXT) == ALL_WELL
    return [bus_event(entry) for entry in timeline(subject) if entry.entry_id not in before]


def _timeline_of_order(order: str) -> tuple[Entry, ...]:
    return points_desk.orders().timeline(order)


def _timeline_of_member(member_id: str) -> tuple[Entry, ...]:
    if points_desk.members().store.get(member_id) is None:
        return ()
    return points_desk.members().timeline(member_id)


INGESTS: dict[str, tuple[Any, str, Callable[[str], tuple[Entry, ...]]]] = {
    "shop.orders": (orders_ingest.app.handler, "order_number", _timeline_of_order),
    "shop.members": (members_ingest.app.handler, "member_id", _timeline_of_member),
}


def available(member_id: str) -> int:
    return points_desk.points().balance(member_id).available


def test_a_paid_order_earns_a_point_for_each_whole_dollar() -> None:
    member, order = joined(), number()
    lines = [line_detail(unit_price=8950), line_detail(line_id="2", quantity=1, unit_price=99)]
    assert answer_to(shop("order.paid", order, email=member.email, lines=lines)) == ALL_WELL
    assert available(member.member_id) == 179  # $179.99 and no cents
    assert points_desk.orders().get(order).paid_at is not None


def test_a_refund_takes_back_what_it_earned_too_much() -> None:
    member, order = joined(), number()
    answer_to(shop("order.paid", order, email=member.email))
    assert available(member.member_id) == 178
    answer_to(refund(order, "rf-1"))
    assert available(member.member_id) == 89
    answer_to(refund(order, "rf-2"))
    assert available(member.member_id) == 0
    assert sound(member.member_id)


def test_events_in_any_order_and_any_number_make_the_same_ledger() -> None:
    for seed in range(6):
        member, order = joined(), number()
        events = [
            shop("order.paid", order, email=member.email),
            refund(order, "rf-1"),
            refund(order, "rf-2"),
        ]
        many = events * 2
        random.Random(seed).shuffle(many)  # noqa: S311 - any order will do
        for event in many:
            assert answer_to(event) == ALL_WELL
        assert available(member.member_id) == 0, seed
        assert sound(member.member_id), seed


def test_an_order_of_who_is_no_member_earns_nothing_and_is_no_failure() -> None:
    order = number()
    assert answer_to(shop("order.paid", order, email=f"{fresh('x')}@example.com")) == ALL_WELL
    assert answer_to(refund(number(), "rf-1")) == ALL_WELL


def test_an_order_that_was_told_of_before_its_member_earns_once_they_are_known() -> None:
    order, email = number(), f"{fresh('early')}@example.com"
    member_id = new_id("mem", datetime.now(UTC))
    answer_to(shop("order.paid", order, email=email))
    assert points_desk.members().by_email(email_key_of(email)) is None
    a_year_ago = datetime.now(UTC) - timedelta(days=300)
    assert answer_to(member_event(member_id, email, a_year_ago)) == ALL_WELL
    assert available(member_id) == 178


def test_an_order_under_a_new_address_earns_once_the_move_is_known() -> None:
    member, order = joined(), number()
    address = f"{fresh('moved')}@example.com"
    answer_to(shop("order.paid", order, email=address))
    assert available(member.member_id) == 0
    moved = member_event(member.member_id, address, datetime.now(UTC), "member.changed")
    assert answer_to(moved) == ALL_WELL
    assert available(member.member_id) == 178


def test_who_joins_after_an_order_earns_nothing_by_it() -> None:
    order, email = number(), f"{fresh('late')}@example.com"
    member_id = new_id("mem", datetime.now(UTC))
    answer_to(
        shop("order.paid", order, email=email), member_event(member_id, email, datetime.now(UTC))
    )
    assert available(member_id) == 0


def test_an_approved_review_is_worth_a_bonus_once() -> None:
    member, order = joined(), number()
    answer_to(shop("order.paid", order, email=member.email))
    before = available(member.member_id)
    answer_to(review(member.member_id, order), review(member.member_id, order.lower()))
    assert available(member.member_id) == before + BONUS
    assert sound(member.member_id)


def test_a_review_of_what_was_not_bought_comes_again_and_is_worth_nothing() -> None:
    member, other, order = joined(), joined(), number()
    answer_to(shop("order.paid", order, email=other.email))
    for event in (
        review(member.member_id, order),
        review(member.member_id, "PM-NONE-1"),
        review(other.member_id, order, line_id="9"),
        review(NOBODY, order),
        review("", order),
        review(other.member_id, order, occurred_at="yesterday"),
        review(other.member_id, order, occurred_at="1970-01-01T00:00:00Z"),
        review(other.member_id, order, occurred_at=to_text(datetime.now(UTC) + timedelta(days=1))),
    ):
        assert answer_to(event) == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert available(member.member_id) == 0


def test_a_closed_account_earns_no_bonus_and_that_is_no_failure() -> None:
    member, order = joined(), number()
    answer_to(shop("order.paid", order, email=member.email), refund(order, "rf-1", units=2))
    points_desk.points().close(member.member_id, actor=BY_TILL)
    assert answer_to(review(member.member_id, order)) == ALL_WELL
    assert available(member.member_id) == 0


def test_a_review_of_before_there_were_points_is_worth_nothing_and_no_failure() -> None:
    member, order = joined(), number()
    answer_to(shop("order.paid", order, email=member.email))
    before = available(member.member_id)
    long_ago = review(member.member_id, order, occurred_at="2019-01-01T00:00:00Z")
    assert answer_to(long_ago) == ALL_WELL
    assert available(member.member_id) == before


def test_an_order_in_a_currency_without_points_earns_none() -> None:
    member = joined()
    assert answer_to(shop("order.paid", number(), email=member.email, currency="BRL")) == ALL_WELL
    assert available(member.member_id) == 0


def test_a_large_order_in_dong_is_settled_and_so_is_all_that_follows_it() -> None:
    """A fact of the shop has no limit: nothing of the member is lost to one."""
    member = joined()
    dong = {"email": member.email, "currency": "VND"}
    large = [line_detail(quantity=1, unit_price=12_500_000)]
    assert answer_to(shop("order.paid", number(), lines=large, **dong)) == ALL_WELL
    rules = published().at(datetime.now(UTC) - timedelta(days=10))
    worth = rules.points_for(12_500_000, "VND")
    assert available(member.member_id) == worth > 500
    assert answer_to(shop("order.paid", number(), email=member.email)) == ALL_WELL
    assert available(member.member_id) == worth + 178
    event = member_event(member.member_id, member.email, datetime.now(UTC))
    assert answer_to(event) == ALL_WELL


def test_what_can_not_be_settled_comes_again_alone() -> None:
    good = joined()
    answer = answer_to(
        shop("order.paid", number(), email=good.email, currency=" usd "),
        "no JSON",
        {"source": "shop.nobody", "detail-type": "order.paid", "detail": {}},
        shop("order.paid", number(), email=good.email),
    )
    failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert failed == ["m-1", "m-2"]
    assert available(good.member_id) == 2 * 178


def test_no_mailbox_is_in_the_log() -> None:
    member = joined()
    with logged() as log:
        answer_to(
            shop("order.paid", number(), email=member.email),
            member_event(member.member_id, member.email, datetime.now(UTC)),
        )
    assert "settled" in log.getvalue()
    assert member.email not in log.getvalue()


def test_every_change_of_an_order_is_followed_from_its_own_timeline() -> None:
    member, order = joined(), number()
    answer_to(shop("order.paid", order, email=member.email))
    before = points_desk.orders().timeline(order)
    answer_to(refund(order, "rf-1"))
    assert points_desk.orders().timeline(order)[: len(before)] == before
    assert len(points_desk.orders().timeline(order)) == len(before) + 1, "points write no orders"


def test_a_malformed_event_of_the_shop_fails_once_in_the_ingest_that_folds_it() -> None:
    """No other queue takes it from the bus, so that it lands in one dead-letter queue."""
    member = joined()
    malformed = shop("order.paid", "", email=member.email)
    answer = orders_ingest.app.handler(queue_event(malformed), CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert takers("shop.orders", "order.paid") == ["OrderEventsQueue"]
    assert takers("shop.members", "member.changed") == ["MemberEventsQueue"]
    assert "EarningsQueue" in takers("aftercare", "order.changed")


def takers(source: str, detail_type: str) -> list[str]:
    """The queues whose rule takes that event from our bus."""
    return [
        rule["Targets"][0]["Arn"]["Fn::GetAtt"][0]
        for rule in resources("AWS::Events::Rule").values()
        if source in rule["EventPattern"]["source"]
        and detail_type in rule["EventPattern"]["detail-type"]
    ]


def test_a_hold_whose_time_has_come_is_released_and_its_age_is_logged() -> None:
    member, then = joined(), utc_now() - timedelta(days=31)
    points_desk.earned_long_ago(member.member_id, 50, days_ago=40)
    service = points_service(read(PointsConfig), clock=lambda: then)
    service.hold(member.member_id, Caller("ac_1"), "cart", 20, actor=BY_TILL)
    due = Timer(HOLD_DUE, member.member_id, then + timedelta(days=30))
    for ended in (1, 0):
        with logged() as log:
            assert dict(handler(queue_event(bus_event(due.entry())), CONTEXT)) == ALL_WELL
        [line] = [line for line in log.lines if line["message"] == "holds looked at"]
        assert (line["ended"], line["left"], line["age_days"]) == (ended, 0, 31 * ended)
    balance = points_desk.points().balance(member.member_id)
    assert (balance.available, balance.held) == (50, 0)
    assert sound(member.member_id)
