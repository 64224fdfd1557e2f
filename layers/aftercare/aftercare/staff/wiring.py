"""Builds the staff room."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.staff.directory import Directory, Pool
from aftercare.staff.service import StaffService
from aftercare.staff.store import StaffStore
from aftercare.staff.trail import AuditTrail

if TYPE_CHECKING:
    from aftercare.staff.sampling import AuditSample, Sampling


class StaffConfig(NamedTuple):
    """Where staff are stored and where they sign in, and the console's origin."""

    staff_table: str
    user_pool: str
    user_pool_client: str
    sign_in_url: str
    console_url: str
    aws_default_region: str


class AuditConfig(NamedTuple):
    """Where the audit trail is stored."""

    staff_table: str


def audit_trail(
    config: AuditConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> AuditTrail:
    """The trail of who read what, in the configured table."""
    return AuditTrail(StaffStore(config.staff_table), clock, entropy)


def audit_sample(
    config: AuditConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "AuditSample":
    """The weekly sample of decisions in the configured table, for leads."""
    from aftercare.staff.sample_store import SampleStore  # noqa: PLC0415
    from aftercare.staff.sampling import AuditSample  # noqa: PLC0415

    trail = StaffStore(config.staff_table)
    return AuditSample(SampleStore(config.staff_table), clock, entropy, trail.record)


def sampling(config: AuditConfig, read_key: "Callable[[], bytes]") -> "Sampling":
    """Drawing decisions into the configured table, by the published rules."""
    from aftercare.staff.sample_store import SampleStore  # noqa: PLC0415
    from aftercare.staff.sampling import Draw, Sampling  # noqa: PLC0415
    from aftercare.staff.sampling_rules import rules_on  # noqa: PLC0415

    return Sampling(SampleStore(config.staff_table), Draw(read_key), rules_on)


def staff_service(
    config: StaffConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> StaffService:
    """Staff of the configured user pool, signed in to the console at that address."""
    pool = Pool(
        config.user_pool,
        config.user_pool_client,
        config.sign_in_url,
        config.console_url,
        config.aws_default_region,
    )
    return StaffService(StaffStore(config.staff_table), Directory(pool), clock, entropy)
