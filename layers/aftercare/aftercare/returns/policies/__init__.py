"""The published policies: data beside this file, a folder per policy, a document per version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from msgspec import Struct

from aftercare.kernel.clock import local_day
from aftercare.kernel.rulebook import Count, Day, Name, Names, RuleBook, documents, read
from aftercare.returns.policy import Cause, Coverage, Payer, Policy


class _Grant(Struct, forbid_unknown_fields=True):
    window_days: Count
    return_shipping: Payer
    photos: Count


class _Coverage(Struct, forbid_unknown_fields=True):
    defect: _Grant | None = None
    personal: _Grant | None = None

    def grants(self) -> dict[Cause, Coverage]:
        grants = {Cause.DEFECT: self.defect, Cause.PERSONAL: self.personal}
        return {
            cause: Coverage(grant.window_days, grant.return_shipping, grant.photos)
            for cause, grant in grants.items()
            if grant
        }


class _Never(Struct, forbid_unknown_fields=True):
    opened_online: Names
    personal_reasons: Names


class _Document(Struct, forbid_unknown_fields=True):
    id: Name
    version: Name
    valid_from: Day
    source: Name
    channels: Names
    time_zones: dict[str, Name]
    coverage: _Coverage
    never: _Never


class PolicyBook:
    """Every policy in all of its versions; a decision uses that of its day (R-RET-10)."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Sorts the versions by policy and day.

        Raises:
            ValueError: Two versions of a policy share a day, or a market changes its time zone.
        """
        versions: dict[str, list[Policy]] = defaultdict(list)
        for policy in policies:
            versions[policy.policy_id].append(policy)
        self._books = {policy_id: RuleBook(dated) for policy_id, dated in versions.items()}
        self._zones = {policy_id: _zones(book) for policy_id, book in self._books.items()}

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every version of every policy, oldest first."""
        return tuple(policy for book in self._books.values() for policy in book.versions)

    def in_force(self, market: str, channel: str, moment: datetime) -> Policy | None:
        """The version that covers that market and channel at that moment, if any does.

        A version begins with its day on the market's own clock.
        """
        for policy_id, book in self._books.items():
            if zone := self._zones[policy_id].get(market):
                policy = book.on(local_day(moment, zone))
                if policy and policy.applies_to(market, channel):
                    return policy
        return None


def _zones(book: RuleBook[Policy]) -> Mapping[str, ZoneInfo]:
    zones: dict[str, ZoneInfo] = {}
    for policy in book.versions:
        for market, zone in policy.zones.items():
            if zones.setdefault(market, zone) != zone:
                raise ValueError("A market keeps its time zone, or a day would be counted twice.")
    return zones


@cache
def published() -> PolicyBook:
    """Every policy beside this file, read once per process."""
    return PolicyBook(map(read_policy, documents(files(__package__))))


def read_policy(text: str) -> Policy:
    """The version of a policy in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        KeyError, ValueError: There is no such time zone, or the text is not TOML.
    """
    document = read(text, _Document)
    return Policy(
        policy_id=document.id,
        version=document.version,
        valid_from=document.valid_from,
        source=document.source,
        channels=document.channels,
        zones={market: ZoneInfo(name) for market, name in document.time_zones.items()},
        coverage=document.coverage.grants(),
        never_opened_online=document.never.opened_online,
        never_personal=document.never.personal_reasons,
    )
