"""The rooms that the console's pages use, each built when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel import secret
from aftercare.kernel.config import read
from aftercare.staff.wiring import AuditConfig, StaffConfig, audit_trail, staff_service

if TYPE_CHECKING:
    from aftercare.authenticity.case_desk import CodeCaseDesk
    from aftercare.desk.agents import TicketDesk
    from aftercare.desk.counter import CounterDesk
    from aftercare.desk.merging import TicketMerging
    from aftercare.desk.parked import ParkedDesk
    from aftercare.desk.pictures import MessagePictures
    from aftercare.desk.searching import TicketSearching
    from aftercare.desk.ticket import Thread
    from aftercare.desk.walk_ins import WalkInDesk
    from aftercare.desk.wechat.people import Quota
    from aftercare.desk.wechat_answers import WeChatWriters
    from aftercare.erasure.desk import ErasureDesk
    from aftercare.evidence.service import EvidenceService
    from aftercare.orders.service import OrderService
    from aftercare.parcels.desk import ParcelDesk
    from aftercare.parcels.service import ParcelService
    from aftercare.points.service import PointsService
    from aftercare.points.statement import Balance
    from aftercare.returns.dock import DockDesk
    from aftercare.returns.ending import EndingService
    from aftercare.returns.model import OpenReturn
    from aftercare.returns.review import ReviewService
    from aftercare.staff.sampling import AuditSample
    from aftercare.staff.service import StaffService
    from aftercare.staff.trail import AuditTrail


class ConsoleConfig(NamedTuple):
    """What the console needs of a deployment, its rooms' part included."""

    staff_table: str
    user_pool: str
    user_pool_client: str
    sign_in_url: str
    console_url: str
    console_secret: str
    returns_table: str
    orders_table: str
    evidence_table: str
    labels_table: str
    parcels_table: str
    batches_table: str
    authenticity_table: str
    tickets_table: str
    points_table: str
    members_table: str
    due_table: str
    erasures_table: str
    uploads_bucket: str
    documents_bucket: str
    card_secret: str
    wechat_app_id: str = ""


CONFIG = read(ConsoleConfig)


@cache
def signing_key() -> bytes:
    """The key that signs the console's cookies; read once per execution environment."""
    return secret.signing_key(CONFIG.console_secret)


@cache
def staff() -> "StaffService":
    return staff_service(read(StaffConfig))


@cache
def trail() -> "AuditTrail":
    return audit_trail(read(AuditConfig))


@cache
def reviews() -> "ReviewService":
    from aftercare.returns.wiring import ReviewConfig, review_service  # noqa: PLC0415

    return review_service(read(ReviewConfig), trail())


@cache
def dock() -> "DockDesk":
    from aftercare.returns.wiring import DockConfig, dock_desk  # noqa: PLC0415

    return dock_desk(read(DockConfig), trail())


@cache
def parcels() -> "ParcelService":
    from aftercare.parcels.wiring import ParcelsConfig, parcel_service  # noqa: PLC0415

    return parcel_service(read(ParcelsConfig))


@cache
def parcel_desk() -> "ParcelDesk":
    from aftercare.parcels.wiring import parcel_desk as desk  # noqa: PLC0415

    return desk(CONFIG.parcels_table)


@cache
def code_cases() -> "CodeCaseDesk":
    from aftercare.authenticity.wiring import CodeCasesConfig, code_case_desk  # noqa: PLC0415

    return code_case_desk(read(CodeCasesConfig), trail())


@cache
def parked_mails() -> "ParkedDesk":
    from aftercare.desk.wiring import TicketsConfig, parked_desk  # noqa: PLC0415

    return parked_desk(read(TicketsConfig), trail())


def wechat_quota(thread: "Thread") -> "Quota | None":
    """What WeChat still passes on to the ticket's customer; none by another way, or without it."""
    return _wechat_writers().quota(thread) if CONFIG.wechat_app_id else None


@cache
def _wechat_writers() -> "WeChatWriters":
    from aftercare.desk.wechat.wiring import wechat_writers  # noqa: PLC0415

    return wechat_writers(CONFIG.tickets_table)


@cache
def tickets() -> "TicketDesk":
    from aftercare.desk.wiring import TicketsConfig, ticket_desk  # noqa: PLC0415

    return ticket_desk(read(TicketsConfig), trail())


@cache
def evidence() -> "EvidenceService":
    from aftercare.evidence.wiring import EvidenceConfig, evidence_service  # noqa: PLC0415

    return evidence_service(read(EvidenceConfig))


@cache
def message_pictures() -> "MessagePictures":
    from aftercare.desk.wiring import message_pictures as pictures  # noqa: PLC0415

    return pictures(evidence())


@cache
def ticket_searching() -> "TicketSearching":
    from aftercare.desk.wiring import ticket_searching as searching  # noqa: PLC0415

    return searching(CONFIG.tickets_table)


@cache
def counter() -> "CounterDesk":
    from aftercare.desk.wiring import TicketsConfig, counter_desk  # noqa: PLC0415

    return counter_desk(read(TicketsConfig), orders(), trail(), _card_key)


@cache
def walk_ins() -> "WalkInDesk":
    from aftercare.desk.wiring import TicketsConfig, walk_in_desk  # noqa: PLC0415

    return walk_in_desk(read(TicketsConfig), orders(), _card_key)


@cache
def _card_key() -> bytes:
    """The key of what customers show at counters."""
    return secret.signing_key(CONFIG.card_secret)


@cache
def merging() -> "TicketMerging":
    from aftercare.desk.wiring import TicketsConfig, ticket_merging  # noqa: PLC0415

    return ticket_merging(read(TicketsConfig))


@cache
def orders() -> "OrderService":
    from aftercare.orders.wiring import OrdersConfig, order_service  # noqa: PLC0415

    return order_service(read(OrdersConfig))


@cache
def endings() -> "EndingService":
    from aftercare.returns.wiring import ReturnNoticesConfig, ending_service  # noqa: PLC0415

    return ending_service(read(ReturnNoticesConfig))


@cache
def erasures() -> "ErasureDesk":
    from aftercare.erasure.wiring import ErasureDeskConfig, erasure_desk  # noqa: PLC0415

    return erasure_desk(read(ErasureDeskConfig))


@cache
def _points() -> "PointsService":
    from aftercare.points.wiring import PointsConfig, points_service  # noqa: PLC0415

    return points_service(read(PointsConfig))


def balance_of(email_key: str) -> "Balance | None":
    """The points of the member with that mailbox; none if there is no member."""
    found = _points().members.by_email(email_key)
    return _points().reading.balance(found.member_id) if found else None


def open_returns(email_key: str) -> "tuple[OpenReturn, ...]":
    """The returns of a customer that an erasure would wait for."""
    from aftercare.returns.wiring import return_erasing  # noqa: PLC0415

    return return_erasing(CONFIG.returns_table).open_ones(email_key)


@cache
def sample() -> "AuditSample":
    from aftercare.staff.wiring import audit_sample  # noqa: PLC0415

    return audit_sample(read(AuditConfig))
