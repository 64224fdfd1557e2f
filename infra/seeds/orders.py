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
_OF_PARCELS = {"parcel_id", "carrier", "tracking_number", "lines"}
_OF_ORDERS = {"email", "market", "channel", "currency", "shipping", "total", "ship_to", "lines"}
_TOLD = {"paid": _OF_ORDERS, "shipped": _OF_PARCELS, "delivered": _OF_PARCELS}


def order_events(order: dict[str, Any], today: datetime) -> Iterator[OrderEvent]:
    """The events of one order in orders.json, dated relative to `today`."""
    yield _event("paid", order, order, today)
    # Another parcel each day: a later scan of the same one would not move the return window.
    alone = order | {"parcel_id": f"DEMO-{today:%Y-%m-%d}", "lines": None}
    for parcel in order.get("parcels", [alone]):
        for milestone in _MILESTONES:
            if f"{milestone}_days_ago" in parcel:
                yield _event(milestone, order, parcel, today)


def _event(
    milestone: str, order: dict[str, Any], facts: dict[str, Any], today: datetime
) -> OrderEvent:
    at = today - timedelta(days=facts[f"{milestone}_days_ago"])
    told = {name: value for name, value in facts.items() if value and name in _TOLD[milestone]}
    number = {"order_number": order["order_number"], "occurred_at": to_text(at)}
    return parse(f"order.{milestone}", told | number)


def seed(orders_table: str, now: datetime | None = None) -> dict[str, str]:
    """Records the demo orders. Safe to repeat. Returns the first one's number and address."""
    service = order_service(OrdersConfig(orders_table))
    documents = json.loads(_ORDERS.read_text(encoding="utf-8"))
    for order in documents:
        for event in order_events(order, now or datetime.now(UTC)):
            service.record(event, actor=_ACTOR)
    return {"order_number": documents[0]["order_number"], "email": documents[0]["email"]}
