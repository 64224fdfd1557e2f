"""Puts each room's service together from the function's settings."""

from functools import cache

from aftercare.access.service import AccessService
from aftercare.access.wiring import AccessConfig, access_service
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel import secret
from aftercare.kernel.config import read, setting
from aftercare.labels.service import LabelService
from aftercare.labels.wiring import LabelsConfig, label_service
from aftercare.orders.service import OrderService
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.returns.service import ReturnService
from aftercare.returns.wiring import ReturnsConfig, return_service


@cache
def orders() -> OrderService:
    return order_service(OrdersConfig(setting("ORDERS_TABLE")))


@cache
def evidence() -> EvidenceService:
    return evidence_service(read(EvidenceConfig))


@cache
def returns() -> ReturnService:
    return return_service(read(ReturnsConfig))


@cache
def access() -> AccessService:
    return access_service(read(AccessConfig))


@cache
def labels() -> LabelService:
    return label_service(read(LabelsConfig))


@cache
def signing_key() -> bytes:
    """The key that signs cookies; read once per execution environment."""
    return secret.signing_key(setting("SIGNING_SECRET"))
