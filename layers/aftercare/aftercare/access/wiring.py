"""Builds the access room."""

import secrets
from typing import NamedTuple

from aftercare.access.service import AccessService
from aftercare.access.sign_outs import SignOuts
from aftercare.access.store import AccessStore, SignOutStore
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.kernel.secret import signing_key
from aftercare.orders.wiring import OrdersConfig, order_service


class AccessConfig(NamedTuple):
    """Where sign-in requests and orders are stored, and the secret from which codes are derived."""

    access_table: str
    orders_table: str
    signing_secret: str


class SignOutsConfig(NamedTuple):
    """Where sign-outs are stored."""

    access_table: str


def sign_outs(config: SignOutsConfig, *, key: bytes, clock: Clock = utc_now) -> SignOuts:
    return SignOuts(SignOutStore(config.access_table), key, clock)


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
        secret=signing_key(config.signing_secret) if key is None else key,
        clock=clock,
        entropy=entropy,
    )
