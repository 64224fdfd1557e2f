"""Puts the night together: the rooms it stands on, and the ledger as it reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import setting
from aftercare.kernel.observe import logger
from aftercare.kernel.queue import Queue
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.points.auditor import Auditor
from aftercare.points.model import Account
from aftercare.points.night.model import Inspection, Task, Terms
from aftercare.points.night.reminders import ReminderService
from aftercare.points.night.service import NightService
from aftercare.points.night.store import NightStore
from aftercare.points.night.tasks import to_body
from aftercare.points.rules import RuleBook, published
from aftercare.points.store import PointsStore


@dataclass(frozen=True, slots=True)
class NightLedger:
    """The points room's accounts and books, as the night reads them."""

    store: PointsStore
    auditor: Auditor

    def account(self, member_id: str) -> Account:
        return self.store.account(member_id)

    def replace(self, account: Account) -> None:
        self.store.replace(account)

    def inspect(self, member_id: str, today: date) -> Inspection:
        account, faults = self.auditor.inspect(member_id, today)
        return Inspection(account.expired, faults)


@cache
def expiry() -> NightService:
    return NightService(
        store=_store(),
        send=_send,
        ledger=_ledger(),
        terms=terms_of(published()),
        zone=published().zone,
        clock=utc_now,
        watch=tell,
    )


@cache
def reminders() -> ReminderService:
    return ReminderService(
        store=_store(),
        ledger=_ledger(),
        members=member_service(MembersConfig(setting("MEMBERS_TABLE"))),
        zone=published().zone,
        clock=utc_now,
    )


@cache
def auditor() -> Auditor:
    return Auditor(_points())


def terms_of(book: RuleBook) -> Sequence[Terms]:
    """What the night needs to know of the rules, version by version."""
    return [
        Terms(rules.valid_from, rules.lifetime_days, rules.reminder_days, rules.shards)
        for rules in book.versions
    ]


def tell(what: str, sentence: str) -> None:
    """Logs what went wrong; metric filters count these lines, and alarms stand on them."""
    logger.error(what, extra={"sentence": sentence})


@cache
def _store() -> NightStore:
    return NightStore(setting("POINTS_TABLE"))


@cache
def _ledger() -> NightLedger:
    return NightLedger(_points(), auditor())


@cache
def _points() -> PointsStore:
    return PointsStore(setting("POINTS_TABLE"))


def _send(tasks: Iterable[Task]) -> None:
    Queue(setting("EXPIRY_QUEUE")).send(map(to_body, tasks))
