"""Puts each room's service together from the function's settings."""

import json
import secrets
from functools import cache

from aftercare.access.service import AccessService
from aftercare.access.store import AccessStore
from aftercare.batches.service import BatchService
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.store import EvidenceStore, PhotoBucket
from aftercare.kernel.aws import client
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import setting
from aftercare.labels.carriers.house import HouseCarrier
from aftercare.labels.centres import return_centres
from aftercare.labels.service import LabelService, Printer
from aftercare.labels.store import LabelBucket, LabelStore
from aftercare.orders.service import OrderService
from aftercare.orders.store import OrderStore
from aftercare.returns.policies import published
from aftercare.returns.service import ReturnService
from aftercare.returns.store import ReturnStore


@cache
def orders() -> OrderService:
    return OrderService(OrderStore(setting("ORDERS_TABLE")))


@cache
def evidence() -> EvidenceService:
    return EvidenceService(
        store=EvidenceStore(setting("EVIDENCE_TABLE")),
        photos=PhotoBucket(setting("UPLOADS_BUCKET"), setting("DOCUMENTS_BUCKET")),
        clock=utc_now,
        entropy=secrets.randbits,
    )


@cache
def returns() -> ReturnService:
    return ReturnService(
        store=ReturnStore(setting("RETURNS_TABLE")),
        orders=orders(),
        evidence=evidence(),
        policies=published(),
        clock=utc_now,
        entropy=secrets.randbits,
    )


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
def labels(printer: Printer) -> LabelService:
    table = setting("LABELS_TABLE")
    return LabelService(
        store=LabelStore(table),
        bucket=label_bucket(),
        carrier=HouseCarrier(table, secrets.randbits),
        centres=return_centres(),
        printer=printer,
        clock=utc_now,
        entropy=secrets.randbits,
    )


@cache
def label_bucket() -> LabelBucket:
    return LabelBucket(setting("DOCUMENTS_BUCKET"))


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
