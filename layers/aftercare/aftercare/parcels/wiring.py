"""Builds the parcels room from its configuration."""

import secrets
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.ids import Entropy
from aftercare.parcels.poll_store import PollStore
from aftercare.parcels.polling import PollService
from aftercare.parcels.service import ParcelService
from aftercare.parcels.store import ParcelStore

if TYPE_CHECKING:
    from aftercare.parcels.desk import ParcelDesk
    from aftercare.parcels.notices import ParcelNoticeService


class ParcelsConfig(NamedTuple):
    """What the room needs of a deployment."""

    parcels_table: str
    due_table: str


class ParcelMailsConfig(NamedTuple):
    """What mails about parcels need of a deployment."""

    parcels_table: str
    orders_table: str
    members_table: str


def poll_service(
    config: ParcelsConfig, parcels: ParcelService, *, clock: Clock = utc_now
) -> PollService:
    """Whose sellers are asked for which parcels, in the configured tables."""
    due = due_store(DueConfig(config.due_table))
    return PollService(PollStore(config.parcels_table, due), parcels, clock)


def parcel_service(
    config: ParcelsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> ParcelService:
    """Parcels in the configured table."""
    store = ParcelStore(config.parcels_table, due_store(DueConfig(config.due_table)))
    return ParcelService(store, clock, entropy)


def parcel_desk(parcels_table: str) -> "ParcelDesk":
    """What staff see of the parcels in that table."""
    # The workers know no staff, and no mails: hence the imports inside.
    from aftercare.parcels.desk import ParcelDesk  # noqa: PLC0415

    return ParcelDesk(ParcelStore(parcels_table))


def parcel_notices(config: ParcelMailsConfig, *, clock: Clock = utc_now) -> "ParcelNoticeService":
    """Mails about parcels."""
    from aftercare.members.wiring import MembersConfig, member_service  # noqa: PLC0415
    from aftercare.orders.wiring import OrdersConfig, order_service  # noqa: PLC0415
    from aftercare.parcels.notices import ParcelNoticeService  # noqa: PLC0415

    members = member_service(MembersConfig(config.members_table), clock=clock)

    def language_of(email_key: str) -> str:
        member = members.by_email(email_key)
        return member.language if member else ""

    orders = order_service(OrdersConfig(config.orders_table), clock=clock)
    return ParcelNoticeService(ParcelStore(config.parcels_table), orders, language_of)
