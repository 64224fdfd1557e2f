"""Puts each room's service together from the function's settings."""

import json
import secrets
from functools import cache

from aftercare.access.service import AccessService
from aftercare.access.store import AccessStore
from aftercare.batches.service import BatchService
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.aws import client
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read, setting
from aftercare.labels.service import LabelService, Printer
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
    return AccessService(
        store=AccessStore(setting("ACCESS_TABLE")),
        orders=orders(),
        secret=signing_key(),
        clock=utc_now,
        entropy=secrets.randbits,
    )


@cache
def labels(printer: Printer | None = None) -> LabelService:
    return label_service(read(LabelsConfig), printer=printer)


@cache
def signing_key() -> bytes:
    """The key that signs cookies and derives codes; read once per execution environment."""
    answer = client("secretsmanager").get_secret_value(SecretId=setting("SIGNING_SECRET"))
    return str(json.loads(answer["SecretString"])["key"]).encode()


@cache
def batches() -> BatchService:
    from aftercare.batches.store import BatchStore  # noqa: PLC0415 - nobody else needs its SDK

    return BatchService(
        store=BatchStore(setting("BATCHES_TABLE")),
        clock=utc_now,
        entropy=secrets.randbits,
    )
