"""The rooms that the console's pages use, each built when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel import secret
from aftercare.kernel.config import read
from aftercare.staff.wiring import AuditConfig, StaffConfig, audit_trail, staff_service

if TYPE_CHECKING:
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
