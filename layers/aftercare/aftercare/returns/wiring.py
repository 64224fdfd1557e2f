"""Builds the returns room, and the rooms it stands on, from its configuration."""

import secrets
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.ids import Entropy
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.returns.store import ReturnStore

# Each service is imported where it is built: a label's worker needs none of the policies' rooms.
if TYPE_CHECKING:
    from aftercare.kernel.rulebook import RuleBook
    from aftercare.returns.case_desk import Trail
    from aftercare.returns.counter import CounterService
    from aftercare.returns.dock import DockDesk
    from aftercare.returns.dock import Trail as DockTrail
    from aftercare.returns.ending import EndingService
    from aftercare.returns.erasing import ReturnErasing
    from aftercare.returns.explaining import ExplainingService
    from aftercare.returns.findings import ScreeningRules
    from aftercare.returns.keeping import KeepingService
    from aftercare.returns.labelling import LabellingService
    from aftercare.returns.notices import ReturnNoticeService
    from aftercare.returns.recalls import CheckedBatch, Recalls
    from aftercare.returns.receiving import ReceivingService
    from aftercare.returns.remedy_rules import RemedyRules
    from aftercare.returns.resolving import ResolvingService
    from aftercare.returns.review import ReviewService
    from aftercare.returns.scanned import ScanningService
    from aftercare.returns.screener import Codes, Screener
    from aftercare.returns.service import ReturnService
    from aftercare.returns.settling import SettlingService

    type ScreeningBook = RuleBook[ScreeningRules]


class ReturnsConfig(NamedTuple):
    """What the room and those below it need of a deployment."""

    returns_table: str
    orders_table: str
    evidence_table: str
    uploads_bucket: str
    documents_bucket: str
    batches_table: str
    due_table: str


class ReturnNoticesConfig(NamedTuple):
    """What reading returns and their orders needs of a deployment."""

    returns_table: str
    orders_table: str


class ReturnMailsConfig(NamedTuple):
    """What mails about returns need of a deployment."""

    returns_table: str
    orders_table: str
    evidence_table: str


def return_notices(config: ReturnMailsConfig, *, clock: Clock = utc_now) -> "ReturnNoticeService":
    """Notices about the returns in the configured table."""
    from aftercare.evidence.wiring import evidence_of  # noqa: PLC0415
    from aftercare.returns.notices import ReturnNoticeService  # noqa: PLC0415

    orders, slots = (
        order_service(OrdersConfig(config.orders_table)),
        evidence_of(config.evidence_table),
    )
    return ReturnNoticeService(ReturnStore(config.returns_table), orders, slots, clock)


def labelling_service(config: ReturnNoticesConfig) -> "LabellingService":
    """What labels the returns in the configured table need."""
    from aftercare.returns.labelling import LabellingService  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table))
    return LabellingService(ReturnStore(config.returns_table), orders)


def scanning_service(returns_table: str) -> "ScanningService":
    """What came back with the returns in that table."""
    from aftercare.returns.scanned import ScanningService  # noqa: PLC0415

    return ScanningService(ReturnStore(returns_table))


def settling_service(
    config: ReturnNoticesConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "SettlingService":
    """What the shop answers to the returns in the configured table."""
    from aftercare.returns.asking_store import AskingStore  # noqa: PLC0415
    from aftercare.returns.settling import SettlingService  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return SettlingService(AskingStore(config.returns_table), orders, clock, entropy)


def resolving_service(
    config: ReturnNoticesConfig,
    *,
    rules: "RuleBook[RemedyRules] | None" = None,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ResolvingService":
    """What the returns in the configured table ask of the shop; `rules` are others, for tests."""
    from aftercare.returns.asking_store import AskingStore  # noqa: PLC0415
    from aftercare.returns.remedy_rules import published  # noqa: PLC0415
    from aftercare.returns.resolving import ResolvingService  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    store = AskingStore(config.returns_table)
    return ResolvingService(store, orders, rules or published(), clock, entropy)


def ending_service(
    config: ReturnNoticesConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "EndingService":
    """Staff's verbs on the ends of returns in the configured table, and on what settles them."""
    from aftercare.returns.asking_store import AskingStore  # noqa: PLC0415
    from aftercare.returns.ending import EndingService  # noqa: PLC0415
    from aftercare.returns.remedy_rules import published  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return EndingService(AskingStore(config.returns_table), orders, published(), clock, entropy)


def return_service(
    config: ReturnsConfig,
    *,
    checked: "CheckedBatch | None" = None,
    codes: "Codes | None" = None,
    screening: "ScreeningBook | None" = None,
    remedies: "RuleBook[RemedyRules] | None" = None,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ReturnService":
    """Returns in the configured table, under the published policies and rules of screening.

    `checked`: see `Recalls`; `codes`: see `Screener`; `screening` and `remedies` are other rules,
    for tests.
    """
    from aftercare.evidence.wiring import EvidenceConfig, evidence_service  # noqa: PLC0415
    from aftercare.returns.policies import published  # noqa: PLC0415
    from aftercare.returns.service import ReturnService  # noqa: PLC0415

    evidence = EvidenceConfig(config.evidence_table, config.uploads_bucket, config.documents_bucket)
    store = ReturnStore(config.returns_table, due_store(DueConfig(config.due_table)))
    return ReturnService(
        store=store,
        orders=order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy),
        evidence=evidence_service(evidence, clock=clock, entropy=entropy),
        policies=published(),
        recalls=_recalls(config.batches_table, clock, checked),
        screener=cache(lambda: _screener(store, codes, screening)),
        remedies=remedies,
        clock=clock,
        entropy=entropy,
    )


def _screener(
    store: ReturnStore, codes: "Codes | None", rules: "ScreeningBook | None"
) -> "Screener":
    """Only the worker screens; a customer's page does not wait for the rules."""
    from aftercare.returns.screener import Screener  # noqa: PLC0415
    from aftercare.returns.screening_rules import published  # noqa: PLC0415

    return Screener(rules or published(), store, codes)


class ReceivingConfig(NamedTuple):
    """What receiving and inspecting parcels needs of a deployment."""

    returns_table: str
    orders_table: str
    due_table: str


def receiving_service(
    config: ReceivingConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "ReceivingService":
    """What comes back for the returns in the configured table."""
    from aftercare.returns.receiving import ReceivingService  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    store = ReturnStore(config.returns_table, due_store(DueConfig(config.due_table)))
    return ReceivingService(store, orders, clock, entropy)


class DockConfig(NamedTuple):
    """What staff at a dock need of a deployment: what receiving needs, and the labels to scan."""

    returns_table: str
    orders_table: str
    due_table: str
    labels_table: str
    documents_bucket: str


def dock_desk(
    config: DockConfig,
    trail: "DockTrail",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "DockDesk":
    """Staff's verbs on parcels of the configured table; `trail` is the audit trail."""
    from aftercare.labels.wiring import LabelsConfig, label_service  # noqa: PLC0415
    from aftercare.returns.dock import DockDesk  # noqa: PLC0415

    tables = ReceivingConfig(config.returns_table, config.orders_table, config.due_table)
    labels = LabelsConfig(config.labels_table, config.documents_bucket)
    return DockDesk(
        receiving_service(tables, clock=clock, entropy=entropy),
        label_service(labels, clock=clock, entropy=entropy),
        trail,
    )


class CounterConfig(NamedTuple):
    """What a store's counter needs of a deployment."""

    returns_table: str
    orders_table: str
    due_table: str
    batches_table: str


def counter_service(
    config: CounterConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "CounterService":
    """What stores take back, as returns in the configured table."""
    from aftercare.returns.counter import CounterService  # noqa: PLC0415
    from aftercare.returns.counter_store import CounterStore  # noqa: PLC0415
    from aftercare.returns.policies import published  # noqa: PLC0415

    return CounterService(
        store=CounterStore(config.returns_table, due_store(DueConfig(config.due_table))),
        orders=order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy),
        policies=published(),
        recalls=_recalls(config.batches_table, clock),
        clock=clock,
        entropy=entropy,
    )


def keeping_service(
    config: ReceivingConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "KeepingService":
    """The promises of the returns in the configured table."""
    from aftercare.returns.keeping import KeepingService  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return KeepingService(ReturnStore(config.returns_table), orders, clock, entropy)


class ReviewConfig(NamedTuple):
    """What staff's verbs need of a deployment: what returns need, and the labels to search."""

    returns_table: str
    orders_table: str
    evidence_table: str
    uploads_bucket: str
    documents_bucket: str
    batches_table: str
    due_table: str
    labels_table: str


def review_service(
    config: ReviewConfig,
    trail: "Trail",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ReviewService":
    """Staff's verbs on the returns in the configured table.

    `trail` is the audit trail: see `AuditTrail`.
    """
    from aftercare.evidence.wiring import EvidenceConfig, evidence_service  # noqa: PLC0415
    from aftercare.labels.wiring import LabelsConfig, label_service  # noqa: PLC0415
    from aftercare.returns.case_store import CaseStore  # noqa: PLC0415
    from aftercare.returns.policies import published  # noqa: PLC0415
    from aftercare.returns.review import ReviewService  # noqa: PLC0415

    evidence = EvidenceConfig(config.evidence_table, config.uploads_bucket, config.documents_bucket)
    labels = LabelsConfig(config.labels_table, config.documents_bucket)
    store = ReturnStore(config.returns_table, due_store(DueConfig(config.due_table)))
    return ReviewService(
        store=store,
        orders=order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy),
        evidence=evidence_service(evidence, clock=clock, entropy=entropy),
        policies=published(),
        recalls=_recalls(config.batches_table, clock),
        screener=cache(lambda: _screener(store, None, None)),
        remedies=None,
        clock=clock,
        entropy=entropy,
        cases=CaseStore(config.returns_table),
        labels=label_service(labels, clock=clock, entropy=entropy),
        trail=trail,
    )


def return_erasing(
    returns_table: str, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "ReturnErasing":
    """What forgets customers in that table of returns."""
    from aftercare.returns.erasing import ReturnErasing  # noqa: PLC0415
    from aftercare.returns.erasing_store import ReturnEraser  # noqa: PLC0415

    return ReturnErasing(ReturnEraser(returns_table), clock, entropy)


class ExplainingConfig(NamedTuple):
    """What explaining a policy's answers needs of a deployment."""

    returns_table: str
    orders_table: str
    batches_table: str


def explaining_service(config: ExplainingConfig, *, clock: Clock = utc_now) -> "ExplainingService":
    """Orders in the configured table, under the published policies; it writes nothing."""
    from aftercare.returns.explaining import ExplainingService  # noqa: PLC0415
    from aftercare.returns.policies import published  # noqa: PLC0415

    return ExplainingService(
        store=ReturnStore(config.returns_table),
        orders=order_service(OrdersConfig(config.orders_table), clock=clock),
        policies=published(),
        recalls=_recalls(config.batches_table, clock),
    )


def _recalls(batches_table: str, clock: Clock, checked: "CheckedBatch | None" = None) -> "Recalls":
    from aftercare.batches.wiring import BatchesConfig, batch_book  # noqa: PLC0415
    from aftercare.returns.recalls import Recalls  # noqa: PLC0415

    return Recalls(batch_book(BatchesConfig(batches_table), clock=clock), checked)
