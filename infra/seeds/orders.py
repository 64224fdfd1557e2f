"""Seeds the demo orders by recording the events that the shop would send."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aftercare.kernel.actor import operator
from aftercare.kernel.clock import to_text
from aftercare.orders.events import parse
from aftercare.orders.model import OrderEvent
from aftercare.orders.wiring import OrdersConfig, order_service

_ACTOR = operator("seed")
_ORDERS = Path(__file__).with_name("orders.json")
_MILESTONES = ("shipped", "delivered")


def order_events(order: dict[str, Any], today: datetime) -> Iterator[OrderEvent]:
    """The events of one order in orders.json, dated relative to `today`."""
    detail = {name: value for name, value in order.items() if not name.endswith("_days_ago")}

    def event(milestone: str) -> OrderEvent:
        at = today - timedelta(days=order[f"{milestone}_days_ago"])
        return parse(f"order.{milestone}", detail | {"occurred_at": to_text(at)})

    yield event("paid")
    for milestone in _MILESTONES:
        if f"{milestone}_days_ago" in order:
            yield event(milestone)


def seed(orders_table: str, now: datetime | None = None) -> dict[str, str]:
    """Records the demo orders. Safe to repeat. Returns the first one's number and address."""
    service = order_service(OrdersConfig(orders_table))
    documents = json.loads(_ORDERS.read_text(encoding="utf-8"))
    for order in documents:
        for event in order_events(order, now or datetime.now(UTC)):
            service.record(event, actor=_ACTOR)
    return {"order_number": documents[0]["order_number"], "email": documents[0]["email"]}
