"""Builds what stands on the ledger alone, the night and the audit, and what members are mailed."""

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.kernel.observe import logger
from aftercare.kernel.queue import Queue
from aftercare.points.auditor import Auditor
from aftercare.points.night.model import Task, terms_of
from aftercare.points.night.service import NightService
from aftercare.points.night.store import NightStore
from aftercare.points.night.tasks import to_body
from aftercare.points.rules import published
from aftercare.points.store import PointsStore

if TYPE_CHECKING:
    from aftercare.points.night.reminders import ReminderService
    from aftercare.points.notices import NoticeService


class LedgerConfig(NamedTuple):
    """What reading accounts, ledger entries and runs needs of a deployment."""

    points_table: str


class NightConfig(NamedTuple):
    """What planning and doing a night's run needs of a deployment."""

    points_table: str
    expiry_queue: str


class NoticesConfig(NamedTuple):
    """What mails to members about their points need of a deployment."""

    points_table: str
    members_table: str


def night_service(config: NightConfig, *, clock: Clock = utc_now) -> NightService:
    """The night by the published rules; its tasks go to the configured queue."""
    accounts = PointsStore(config.points_table)
    queue = Queue(config.expiry_queue)

    def send(tasks: Iterable[Task]) -> None:
        queue.send(map(to_body, tasks))

    return NightService(
        store=NightStore(config.points_table),
        send=send,
        accounts=accounts,
        auditor=Auditor(accounts),
        terms=terms_of(published()),
        zone=published().zone,
        clock=clock,
        report=report,
    )


def reminder_service(
    config: NoticesConfig,
    secret: Callable[[], bytes],
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ReminderService":
    """Reminders of points that are due soon; `secret` signs the links that end them."""
    # The night's workers need no members and no mails: hence the imports inside.
    from aftercare.members.wiring import MembersConfig, member_service  # noqa: PLC0415
    from aftercare.points.night.reminders import ReminderService  # noqa: PLC0415

    return ReminderService(
        store=NightStore(config.points_table),
        accounts=PointsStore(config.points_table),
        members=member_service(MembersConfig(config.members_table), clock=clock, entropy=entropy),
        zone=published().zone,
        clock=clock,
        secret=secret,
    )


def notice_service(
    config: NoticesConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "NoticeService":
    """Notices of returned points that had already expired."""
    from aftercare.members.wiring import MembersConfig, member_service  # noqa: PLC0415
    from aftercare.points.notices import NoticeService  # noqa: PLC0415

    members = member_service(MembersConfig(config.members_table), clock=clock, entropy=entropy)
    return NoticeService(PointsStore(config.points_table), members)


def auditor(config: LedgerConfig) -> Auditor:
    """Compares members' accounts with their ledger entries."""
    return Auditor(PointsStore(config.points_table))


def run_store(config: LedgerConfig) -> NightStore:
    """The records of the runs."""
    return NightStore(config.points_table)


def report(event: str, sentence: str) -> None:
    """Logs an error as a line that metric filters count for the alarms."""
    logger.error(event, extra={"sentence": sentence})
