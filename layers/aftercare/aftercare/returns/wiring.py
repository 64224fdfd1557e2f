"""Builds the returns room, and the rooms it stands on, from its configuration."""

import secrets
from typing import TYPE_CHECKING, NamedTuple

from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.returns.policies import published
from aftercare.returns.service import ReturnService
from aftercare.returns.store import ReturnStore

if TYPE_CHECKING:
    from aftercare.returns.notices import ReturnNoticeService


class ReturnsConfig(NamedTuple):
    """What the room and those below it need of a deployment."""

    returns_table: str
    orders_table: str
    evidence_table: str
    uploads_bucket: str
    documents_bucket: str


class ReturnNoticesConfig(NamedTuple):
    """What telling customers about their returns needs of a deployment."""

    returns_table: str
    orders_table: str


def return_notices(config: ReturnNoticesConfig) -> "ReturnNoticeService":
    """Notices about the returns in the configured table."""
    # Only the mailer stands on the mail room.
    from aftercare.returns.notices import ReturnNoticeService  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table))
    return ReturnNoticeService(ReturnStore(config.returns_table), orders)


def return_service(
    config: ReturnsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> ReturnService:
    """Returns in the configured table, under the published policies."""
    evidence = EvidenceConfig(config.evidence_table, config.uploads_bucket, config.documents_bucket)
    return ReturnService(
        store=ReturnStore(config.returns_table),
        orders=order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy),
        evidence=evidence_service(evidence, clock=clock, entropy=entropy),
        policies=published(),
        clock=clock,
        entropy=entropy,
    )
