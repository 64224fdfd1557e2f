"""The rooms that the console's pages use, each built when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel import secret
from aftercare.kernel.config import read
from aftercare.staff.wiring import AuditConfig, StaffConfig, audit_trail, staff_service

if TYPE_CHECKING:
    from aftercare.returns.review import ReviewService
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
    batches_table: str
    due_table: str
    uploads_bucket: str
    documents_bucket: str


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

    return review_service(read(ReviewConfig), trail().record_read)
