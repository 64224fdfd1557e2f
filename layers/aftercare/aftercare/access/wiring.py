"""Builds the access room."""

import secrets
from typing import TYPE_CHECKING, NamedTuple

from aftercare.access.service import AccessService
from aftercare.access.sign_outs import SignOuts
from aftercare.access.store import AccessStore, SignOutStore
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.kernel.secret import signing_key
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service

if TYPE_CHECKING:
    from aftercare.access.erasing import AccessErasing


class AccessConfig(NamedTuple):
    """Where sign-in requests, orders and members are; the secret from which codes are derived."""

    access_table: str
    orders_table: str
    members_table: str
    signing_secret: str


class SignOutsConfig(NamedTuple):
    """Where sign-outs are stored."""

    access_table: str


def sign_outs(config: SignOutsConfig, *, key: bytes, clock: Clock = utc_now) -> SignOuts:
    return SignOuts(SignOutStore(config.access_table), key, clock)


def access_erasing(config: SignOutsConfig) -> "AccessErasing":
    """What forgets sign-in requests in the configured table."""
    from aftercare.access.erasing import AccessErasing  # noqa: PLC0415 - few functions erase

    return AccessErasing(AccessStore(config.access_table))


def access_service(
    config: AccessConfig,
    *,
    key: bytes | None = None,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> AccessService:
    """The service; unless a key is given, it is read from Secrets Manager now."""
    return AccessService(
        store=AccessStore(config.access_table),
        orders=order_service(OrdersConfig(config.orders_table)),
        members=member_service(MembersConfig(config.members_table)),
        secret=signing_key(config.signing_secret) if key is None else key,
        clock=clock,
        entropy=entropy,
    )
