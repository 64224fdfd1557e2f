"""The rooms that the portal's pages use, each built when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel import secret
from aftercare.kernel.config import read

if TYPE_CHECKING:
    from aftercare.access.service import AccessService
    from aftercare.access.sign_outs import SignOuts
    from aftercare.desk.handing import HandOverService
    from aftercare.desk.pictures import MessagePictures
    from aftercare.desk.reporting import ServiceReport
    from aftercare.desk.service import TicketService
    from aftercare.desk.taking_up import PaperService
    from aftercare.desk.wechat_intake import WeChatIntake
    from aftercare.evidence.service import EvidenceService
    from aftercare.labels.service import LabelService
    from aftercare.members.cards import CardService
    from aftercare.members.service import MemberService
    from aftercare.orders.service import OrderService
    from aftercare.parcels.service import ParcelService
    from aftercare.pictures.service import PictureService
    from aftercare.points.service import PointsService
    from aftercare.returns.service import ReturnService


class PortalConfig(NamedTuple):
    """What the portal needs of a deployment, its rooms' part included."""

    orders_table: str
    access_table: str
    returns_table: str
    evidence_table: str
    labels_table: str
    parcels_table: str
    points_table: str
    members_table: str
    uploads_bucket: str
    documents_bucket: str
    batches_table: str
    tickets_table: str
    due_table: str
    signing_secret: str
    card_secret: str


CONFIG = read(PortalConfig)

# Each room is wired at its first use, and its imports are inside: a page that needs no table
# loads no SDK. What the rooms need is in CONFIG, so that a missing variable fails at the start.


@cache
def signing_key() -> bytes:
    """The key that signs cookies; read once per execution environment."""
    return secret.signing_key(CONFIG.signing_secret)


@cache
def orders() -> "OrderService":
    from aftercare.orders.wiring import OrdersConfig, order_service  # noqa: PLC0415

    return order_service(read(OrdersConfig))


@cache
def evidence() -> "EvidenceService":
    from aftercare.evidence.wiring import EvidenceConfig, evidence_service  # noqa: PLC0415

    return evidence_service(read(EvidenceConfig))


@cache
def returns() -> "ReturnService":
    from aftercare.returns.wiring import ReturnsConfig, return_service  # noqa: PLC0415

    return return_service(read(ReturnsConfig))


@cache
def labels() -> "LabelService":
    from aftercare.labels.wiring import LabelsConfig, label_service  # noqa: PLC0415

    return label_service(read(LabelsConfig))


@cache
def parcels() -> "ParcelService":
    from aftercare.parcels.wiring import ParcelsConfig, parcel_service  # noqa: PLC0415

    return parcel_service(read(ParcelsConfig))


@cache
def members() -> "MemberService":
    from aftercare.members.wiring import MembersConfig, member_service  # noqa: PLC0415

    return member_service(read(MembersConfig))


@cache
def cards() -> "CardService":
    from aftercare.members.wiring import MembersConfig, card_service  # noqa: PLC0415

    return card_service(read(MembersConfig), _card_key)


@cache
def _card_key() -> bytes:
    return secret.signing_key(CONFIG.card_secret)


@cache
def access() -> "AccessService":
    from aftercare.access.wiring import AccessConfig, access_service  # noqa: PLC0415

    return access_service(read(AccessConfig), key=signing_key())


@cache
def sign_outs() -> "SignOuts":
    from aftercare.access.wiring import SignOutsConfig, sign_outs  # noqa: PLC0415

    return sign_outs(read(SignOutsConfig), key=signing_key())


@cache
def service_report() -> "ServiceReport":
    from aftercare.desk.wiring import service_report as report  # noqa: PLC0415

    return report(CONFIG.tickets_table)


@cache
def pictures() -> "PictureService":
    from aftercare.pictures.wiring import PicturesConfig, picture_service  # noqa: PLC0415

    return picture_service(read(PicturesConfig))


@cache
def points() -> "PointsService":
    from aftercare.points.wiring import PointsConfig, points_service  # noqa: PLC0415

    return points_service(read(PointsConfig))


@cache
def tickets() -> "TicketService":
    from aftercare.desk.wiring import TicketsConfig, ticket_service  # noqa: PLC0415

    return ticket_service(read(TicketsConfig), orders(), members())


@cache
def message_pictures() -> "MessagePictures":
    from aftercare.desk.wiring import message_pictures as pictures  # noqa: PLC0415

    return pictures(evidence())


@cache
def papers() -> "PaperService":
    from aftercare.desk.wiring import TicketsConfig, paper_service  # noqa: PLC0415

    return paper_service(read(TicketsConfig), orders(), members(), _card_key)


@cache
def wechat() -> "WeChatIntake":
    from aftercare.desk.wechat.wiring import wechat_intake  # noqa: PLC0415
    from aftercare.desk.wiring import TicketsConfig  # noqa: PLC0415

    return wechat_intake(read(TicketsConfig), orders(), members())


@cache
def hand_overs() -> "HandOverService":
    from aftercare.desk.wiring import TicketsConfig, hand_overs  # noqa: PLC0415

    return hand_overs(read(TicketsConfig), _card_key)
