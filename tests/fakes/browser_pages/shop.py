"""The shop and its customers: orders as events on the bus, codes in the local mailbox."""

import json
import re
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.kernel.ids import new_id
from tests.fakes.stack.local_stacks import LocalStack, await_true

_CODE = re.compile(r"Your code: (\d{6})")
JOINED = datetime(2025, 1, 10, 19, tzinfo=UTC)
HOME = {
    "name": "Sam Rivera",
    "line1": "2741 Maple Hollow Road",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97205",
    "country": "US",
}
FIGURES = {
    "line_id": "1",
    "sku": "FIG-MOONHARE-400",
    "name": "Moon Hare 400% Figure",
    "kind": "figure",
    "quantity": 2,
    "unit_price": 8900,
}
BLIND_BOXES = {
    "line_id": "2",
    "sku": "BB-TINYTIDE-S3",
    "name": "Tiny Tide Series 3 Blind Box",
    "kind": "blind_box",
    "quantity": 6,
    "unit_price": 1600,
}
POP_NOW = {
    "line_id": "3",
    "sku": "PN-NIGHTPARADE",
    "name": "Night Parade, POP NOW",
    "kind": "pop_now",
    "quantity": 1,
    "unit_price": 1800,
    "opened_online": True,
}


@dataclass(frozen=True)
class Order:
    """An online order, by default delivered three days ago."""

    number: str
    email: str
    delivered_days_ago: int | None = 3
    lines: list[dict[str, Any]] = field(default_factory=lambda: [FIGURES, BLIND_BOXES, POP_NOW])
    ship_to: dict[str, str] = field(default_factory=lambda: HOME)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        facts = {
            "order_number": self.number,
            "email": self.email,
            "market": "US",
            "channel": "online",
            "currency": "USD",
            "ship_to": self.ship_to,
            "lines": self.lines,
        }
        days = {"order.paid": 40, "order.shipped": 38, "order.delivered": self.delivered_days_ago}
        return [
            (kind, facts | {"occurred_at": (datetime.now(UTC) - timedelta(days=ago)).isoformat()})
            for kind, ago in days.items()
            if ago is not None
        ]


@dataclass(frozen=True)
class Shop:
    """Reports orders to the stack as the shop does, and waits until they are stored."""

    stack: LocalStack

    def sells(self, order: Order) -> Order:
        self.tells("shop.orders", *order.events())
        await_true(lambda: self._knows(order), what=f"the stored order {order.number}")
        return order

    def enrols(self, email: str) -> str:
        """Enrols a member of long ago, who earns points for their stored orders; returns the id."""
        member_id = new_id("mem", datetime.now(UTC))
        joined = {
            "member_id": member_id,
            "email": email,
            "occurred_at": JOINED.isoformat(),
            "language": "en",
            "reminders": True,
        }
        self.tells("shop.members", ("member.joined", joined))
        await_true(
            lambda: self._item("MembersTable", member_id={"S": member_id}),
            what=f"the stored member {member_id}",
        )
        return member_id

    def awaits_points(self, member_id: str) -> None:
        """Waits until the member has earned points."""
        key = {"pk": {"S": f"M#{member_id}"}, "sk": {"S": "ACCOUNT"}}
        await_true(lambda: self._item("PointsTable", **key), what=f"points of {member_id}")

    def tells(self, source: str, *events: tuple[str, dict[str, Any]]) -> None:
        entries = [
            {
                "Source": source,
                "DetailType": kind,
                "Detail": json.dumps(detail),
                "EventBusName": self.stack.outputs["EventBus"],
            }
            for kind, detail in events
        ]
        answer = self.stack.client("events").put_events(Entries=entries)
        assert answer["FailedEntryCount"] == 0

    def _item(self, table: str, **key: dict[str, str]) -> dict[str, Any]:
        response = self.stack.client("dynamodb").get_item(
            TableName=self.stack.outputs[table], Key=key, ConsistentRead=True
        )
        item: dict[str, Any] = response.get("Item", {})
        return item

    def _knows(self, order: Order) -> bool:
        item = self._item("OrdersTable", order_number={"S": order.number})
        steps = ["paid_at", "shipped_at", "delivered_at"][: len(order.events())]
        return all(item.get(step, {}).get("S") for step in steps)


@dataclass(frozen=True)
class Mailbox:
    """The emulator's mailbox, which receives all mail."""

    url: str

    def mails_to(self, email: str) -> list[dict[str, Any]]:
        """The mails sent to an address so far, oldest first."""
        with urllib.request.urlopen(self.url, timeout=60) as answer:
            boxes = json.load(answer)["messages"].values()
        mails = sorted((mail for box in boxes for mail in box), key=lambda mail: mail["Timestamp"])
        return [mail for mail in mails if email in mail["To"]]

    def codes_for(self, email: str) -> list[str]:
        """The codes sent to an address so far, oldest first."""
        bodies = [mail["BodyText"] for mail in self.mails_to(email)]
        return [code[1] for body in bodies if (code := _CODE.search(body))]

    def next_code(self, email: str, previous: int) -> str:
        """Waits for more codes than `previous`; returns the newest one."""
        arrived = await_true(
            lambda: codes if len(codes := self.codes_for(email)) > previous else None,
            what=f"a code for {email}",
        )
        assert arrived
        return arrived[-1]
