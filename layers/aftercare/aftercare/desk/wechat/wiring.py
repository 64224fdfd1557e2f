"""Builds what speaks with WeChat from its configuration."""

import secrets
from typing import TYPE_CHECKING

from aftercare.desk.store import TicketStore
from aftercare.desk.wiring import TicketsConfig, ticket_store
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.desk.wechat.sending import Account
    from aftercare.desk.wechat_answers import WeChatAnswers, WeChatWriters
    from aftercare.desk.wechat_intake import WeChatIntake
    from aftercare.members.service import MemberService
    from aftercare.orders.service import OrderService


def wechat_intake(
    config: TicketsConfig,
    orders: "OrderService",
    members: "MemberService",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "WeChatIntake":
    """What takes messages of the WeChat service account in, and binds who wrote them."""
    from aftercare.desk.people import People  # noqa: PLC0415
    from aftercare.desk.wechat_intake import WeChatIntake  # noqa: PLC0415
    from aftercare.desk.wechat_store import WeChatStore  # noqa: PLC0415

    people, wechat = People(orders, members), WeChatStore(config.tickets_table)
    return WeChatIntake(ticket_store(config), people, clock, entropy, wechat)


def wechat_writers(tickets_table: str, *, clock: Clock = utc_now) -> "WeChatWriters":
    """Who at WeChat an answer goes to, in that table."""
    from aftercare.desk.wechat_answers import WeChatWriters  # noqa: PLC0415
    from aftercare.desk.wechat_store import WeChatStore  # noqa: PLC0415

    return WeChatWriters(TicketStore(tickets_table), WeChatStore(tickets_table), clock)


def wechat_answers(
    tickets_table: str, url: str, account: "Callable[[], Account]", *, clock: Clock = utc_now
) -> "WeChatAnswers":
    """What sends answers by WeChat, whose API is there, as that account."""
    from aftercare.desk.wechat.sending import WeChatApi  # noqa: PLC0415
    from aftercare.desk.wechat_answers import WeChatAnswers  # noqa: PLC0415

    return WeChatAnswers(wechat_writers(tickets_table, clock=clock), WeChatApi(url, account, clock))
