"""The desk as partners use it, on the function's own tables."""

from functools import cache
from typing import NamedTuple

from aftercare.desk.partners import PartnerService
from aftercare.desk.wiring import TicketsConfig, partner_service
from aftercare.kernel.config import read
from aftercare.orders.wiring import OrdersConfig, order_service


class _Config(NamedTuple):
    tickets_table: str
    due_table: str
    orders_table: str


_CONFIG = read(_Config)


@cache
def partners() -> PartnerService:
    config = TicketsConfig(_CONFIG.tickets_table, _CONFIG.due_table)
    return partner_service(config, order_service(OrdersConfig(_CONFIG.orders_table)))
