"""Builds the erasure room, and what each room forgets, from its configuration."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from aftercare.erasure.tombstone_store import TombstoneStore
from aftercare.erasure.tombstones import Tombstones
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.erased import ErasedAt
from aftercare.kernel.ids import Entropy
from aftercare.kernel.secret import signing_key

# Rooms that only ask for tombstones load none of the others.
if TYPE_CHECKING:
    from aftercare.erasure.desk import ErasureDesk
    from aftercare.erasure.exporting import Exporting
    from aftercare.erasure.service import ErasureService, Rooms


class TombstonesConfig(NamedTuple):
    """Where tombstones are, and the secret that keys them."""

    erasures_table: str
    erasure_secret: str


class ErasureDeskConfig(NamedTuple):
    """What asking for erasures needs of a deployment."""

    erasures_table: str
    due_table: str


class ErasureConfig(NamedTuple):
    """What erasing needs of a deployment: everything that may hold something of a person."""

    erasures_table: str
    erasure_secret: str
    due_table: str
    orders_table: str
    returns_table: str
    evidence_table: str
    labels_table: str
    members_table: str
    points_table: str
    access_table: str
    mail_table: str
    staff_table: str
    uploads_bucket: str
    documents_bucket: str
    authenticity_table: str
    tickets_table: str
    mails_bucket: str


def erased(config: TombstonesConfig, *, key: bytes | None = None) -> ErasedAt:
    """When somebody was erased, for rooms that take in what others report."""
    return _tombstones(config, key).erased_at


def erasure_desk(
    config: ErasureDeskConfig | ErasureConfig,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ErasureDesk":
    """Requests for erasures in the configured table; it needs no key."""
    from aftercare.erasure.desk import ErasureDesk  # noqa: PLC0415
    from aftercare.erasure.store import ErasureStore  # noqa: PLC0415
    from aftercare.kernel.due.wiring import DueConfig, due_store  # noqa: PLC0415

    store = ErasureStore(config.erasures_table, due_store(DueConfig(config.due_table)))
    return ErasureDesk(store, clock, entropy)


def erasure_service(
    config: ErasureConfig,
    *,
    key: bytes | None = None,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ErasureService":
    """Erasing in all configured tables and buckets."""
    from aftercare.erasure.service import ErasureService  # noqa: PLC0415

    store = erasure_desk(config, clock=clock, entropy=entropy).store
    tombstones = _tombstones(TombstonesConfig(config.erasures_table, config.erasure_secret), key)
    return ErasureService(store, tombstones, rooms(config, clock, entropy, key=key), clock)


def exporting(
    config: ErasureConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "Exporting":
    """Reading everything of a person in all configured tables and buckets."""
    from aftercare.erasure.exporting import Exporting  # noqa: PLC0415

    return Exporting(rooms(config, clock, entropy), clock)


def rooms(
    config: ErasureConfig, clock: Clock, entropy: Entropy, *, key: bytes | None = None
) -> "Rooms":
    """What each room forgets of a person."""
    from aftercare.access.wiring import SignOutsConfig, access_erasing  # noqa: PLC0415
    from aftercare.authenticity.wiring import ClaimsConfig, claim_erasing  # noqa: PLC0415
    from aftercare.desk.wiring import ticket_erasing  # noqa: PLC0415
    from aftercare.erasure.service import Rooms  # noqa: PLC0415
    from aftercare.evidence.wiring import EvidenceConfig, evidence_erasing  # noqa: PLC0415
    from aftercare.labels.wiring import LabelsConfig, label_erasing  # noqa: PLC0415
    from aftercare.mail.wiring import MailboxConfig, mailbox_erasing  # noqa: PLC0415
    from aftercare.orders.wiring import OrdersConfig, order_erasing  # noqa: PLC0415
    from aftercare.points.wiring import PointsConfig, member_erasing  # noqa: PLC0415
    from aftercare.returns.wiring import return_erasing  # noqa: PLC0415
    from aftercare.staff.wiring import AuditConfig, sampling  # noqa: PLC0415

    buckets = config.uploads_bucket, config.documents_bucket
    points = PointsConfig(
        config.points_table, config.members_table, config.orders_table, config.due_table
    )
    return Rooms(
        returns=return_erasing(config.returns_table, clock=clock, entropy=entropy),
        evidence=evidence_erasing(EvidenceConfig(config.evidence_table, *buckets)),
        labels=label_erasing(LabelsConfig(config.labels_table, config.documents_bucket)),
        orders=order_erasing(OrdersConfig(config.orders_table), clock=clock, entropy=entropy),
        members=member_erasing(points, clock=clock, entropy=entropy),
        access=access_erasing(SignOutsConfig(config.access_table)),
        mail=mailbox_erasing(MailboxConfig(config.mail_table)),
        claims=claim_erasing(ClaimsConfig(config.authenticity_table)),
        tickets=ticket_erasing(config.tickets_table, config.mails_bucket),
        sample=sampling(AuditConfig(config.staff_table), _key_reader(config.erasure_secret, key)),
    )


def _tombstones(config: TombstonesConfig, key: bytes | None) -> Tombstones:
    read_key = _key_reader(config.erasure_secret, key)
    return Tombstones(TombstoneStore(config.erasures_table), read_key)


def _key_reader(secret: str, key: bytes | None) -> Callable[[], bytes]:
    return lambda: signing_key(secret) if key is None else key
