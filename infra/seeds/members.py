"""Seeds the demo customer's membership and a year of points movements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from aftercare.kernel.actor import operator
from aftercare.kernel.clock import utc_now
from aftercare.members.model import MemberEvent
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.earning import EarningService
from aftercare.points.request import Caller
from aftercare.points.rules import published
from aftercare.points.service import PointsService
from aftercare.points.wiring import PointsConfig, earning_service, points_service

_ACTOR = operator("seed")
MEMBER_ID = "mem_01JHMMR0G0DEM0MEJ00000000A"
_JOINED = datetime(2025, 1, 10, 19, tzinfo=UTC)
_STORE = "S-0412"
_ORDERS = ("PM-2026-10002", "PM-2026-10001", "PM-2026-10003")
_REVIEWED = ("PM-2026-10002", "1")
# Days ago → dollars. Unspent points of the first purchase have expired; the next ones expire in 1,
# 7 and 30 days, and later.
_PURCHASES = {370: 80, 364: 85, 358: 64, 335: 120, 280: 42, 200: 230, 120: 18}
_SPENT = (100, 60)
_HELD = (1, 50)


@dataclass(frozen=True, slots=True)
class _Services:
    """The services, with their clocks set to a past day."""

    points: PointsService
    earning: EarningService


def seed(outputs: Mapping[str, str], email: str, now: datetime | None = None) -> str:
    """Seeds movements dated before `now`. Repeating it on the same day changes nothing."""
    members = member_service(MembersConfig(outputs["MembersTable"]))
    orders = order_service(OrdersConfig(outputs["OrdersTable"]))
    tables = PointsConfig(
        points_table=outputs["PointsTable"],
        members_table=outputs["MembersTable"],
        orders_table=outputs["OrdersTable"],
        due_table=outputs["DueTable"],
    )
    members.record(MemberEvent(MEMBER_ID, _JOINED, email, "en", reminders=True), actor=_ACTOR)
    zone = published().zone
    today = (now or utc_now()).astimezone(zone).date()

    def noon(days_ago: int) -> datetime:
        return datetime.combine(today - timedelta(days=days_ago), time(12), zone).astimezone(UTC)

    def services(then: datetime) -> _Services:
        return _Services(
            points_service(tables, clock=lambda: then), earning_service(tables, clock=lambda: then)
        )

    _earn_and_spend(lambda days_ago: (noon(days_ago), services(noon(days_ago))))
    for number in _ORDERS:
        order = orders.get(number)
        if order.paid_at:
            services(order.paid_at).earning.settle_order(order, actor=_ACTOR)
    services(noon(20)).earning.grant_review(MEMBER_ID, *_REVIEWED, noon(20), actor=_ACTOR)
    _hold(services(noon(_HELD[0])).points, today)
    return MEMBER_ID


def _earn_and_spend(on: Callable[[int], tuple[datetime, _Services]]) -> None:
    """Earns and spends points, oldest day first."""
    for days_ago in sorted({*_PURCHASES, _SPENT[0]}, reverse=True):
        then, services = on(days_ago)
        number = f"DEMO-{then:%Y%m%d}"
        if days_ago == _SPENT[0]:
            services.points.spend(MEMBER_ID, Caller(_STORE), number, _SPENT[1], actor=_ACTOR)
            continue
        services.earning.earn(
            MEMBER_ID,
            Caller(_STORE),
            store_id=_STORE,
            receipt_number=number,
            net=_PURCHASES[days_ago] * 100,
            currency="USD",
            occurred_at=then,
            actor=_ACTOR,
        )


def _hold(points: PointsService, today: date) -> None:
    points.hold(MEMBER_ID, Caller(_STORE), f"DEMO-{today:%Y%m%d}", _HELD[1], actor=_ACTOR)
