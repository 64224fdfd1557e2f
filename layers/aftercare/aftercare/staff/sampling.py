"""The audit sample: decisions that chance has leads look at again, keyed by week (R-AUD-01)."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.kernel.timeline import Entry
from aftercare.staff.audit import Act, new_trace
from aftercare.staff.errors import (
    OwnDecisionError,
    SampleNotFoundError,
    SampleTakenError,
    SampleWordsError,
)
from aftercare.staff.model import Member
from aftercare.staff.policy import require
from aftercare.staff.samples import Drawn, Finding

if TYPE_CHECKING:
    from aftercare.staff.sample_store import SampleStore
    from aftercare.staff.sampling_rules import SamplingRules

SAMPLE = "audit.sample"
DECISIONS = frozenset({"return.approved", "return.declined"})
"""The steps of a return that decide on it."""
MOST_WORDS = 1000
_STAFF = "staff:"
_PLACES = 1 << 64
_WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)


def week_of(moment: datetime) -> str:
    """The ISO week of an instant in UTC, as in 2026-W48."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


@dataclass
class Draw:
    """Chance: nobody without the key can tell what is drawn, and with it anybody can again."""

    read_key: Callable[[], bytes]

    def place(self, entry: Entry) -> str:
        """The decision's place in its week: 16 hexadecimal digits, and its id."""
        text = f"sample:{week_of(entry.occurred_at)}:{entry.entry_id}"
        score = hmac.digest(self._key, text.encode(), hashlib.sha256)[:8].hex()
        return f"{score}#{entry.entry_id}"

    def takes(self, entry: Entry, rules: "SamplingRules") -> bool:
        """Whether the decision is drawn, by the rate for who made it."""
        is_person = entry.actor.startswith(_STAFF)
        one_of = rules.one_of_people if is_person else rules.one_of_system
        return int(self.place(entry)[:16], 16) * one_of < _PLACES

    @cached_property
    def _key(self) -> bytes:
        return self.read_key()


@dataclass(frozen=True, slots=True)
class Sampling:
    """Draws decisions as they are published, and forgets what leads wrote about somebody."""

    store: "SampleStore"
    draw: Draw
    rules_on: Callable[..., "SamplingRules"]

    def consider(self, entry: Entry) -> bool:
        """Adds the decision to its week's sample, if chance has it. Safe to repeat."""
        if entry.entry_type not in DECISIONS:
            return False
        if not self.draw.takes(entry, self.rules_on(entry.occurred_at.date())):
            return False
        drawn = Drawn(
            week_of(entry.occurred_at),
            self.draw.place(entry),
            entry.subject,
            entry.entry_type,
            entry.actor,
            entry.occurred_at,
        )
        self.store.add(drawn)
        return True

    def erase(self, entries: Iterable[Entry]) -> None:
        """Empties the words about the decisions among these entries. Safe to repeat (R-ERA-01)."""
        for entry in entries:
            if entry.entry_type in DECISIONS:
                week = week_of(entry.occurred_at)
                self.store.forget_words(week, self.draw.place(entry))


@dataclass(frozen=True, slots=True)
class AuditSample:
    """What leads do with a week's sample."""

    store: "SampleStore"
    clock: Clock
    entropy: Entropy
    record: Callable[..., object]

    def of_week(self, member: Member, week: str = "") -> tuple[str, tuple[Drawn, ...]]:
        """The week, this one by default, and its sample in the order of chance, 100 at most.

        Looking leaves a trace; opening a case from there leaves its own (R-STF-05).

        Raises:
            NotPermittedError: The member is no lead.
        """
        require(member, SAMPLE)
        now = self.clock()
        asked = week if _WEEK.fullmatch(week) else week_of(now)
        self.record(new_trace(f"sample:{asked}", Act.READ_AUDIT, member.actor, now, self.entropy))
        return asked, self.store.of_week(asked)

    @on_fresh_state
    def mark(
        self, member: Member, week: str, place: str, finding: Finding, words: str = ""
    ) -> Drawn:
        """Marks a drawn decision as looked at. Who marked it may say something else later.

        Safe to repeat.

        Raises:
            NotPermittedError: The member is no lead.
            SampleNotFoundError: It was not drawn.
            OwnDecisionError: The member decided it.
            SampleTakenError: Another lead has looked at it.
            SampleWordsError: More than 1,000 characters, or none with a question.
        """
        require(member, SAMPLE)
        said = words.strip()
        if len(said) > MOST_WORDS or (finding is Finding.QUESTIONED and not said):
            raise SampleWordsError(MOST_WORDS)
        drawn = self.store.get(week, place)
        if drawn is None:
            raise SampleNotFoundError
        if drawn.decided_by == member.actor:
            raise OwnDecisionError
        if drawn.looked_by not in {None, member.actor}:
            raise SampleTakenError
        after = drawn._replace(
            finding=finding, words=said, looked_by=member.actor, looked_at=self.clock()
        )
        self.store.mark(drawn, after)
        return after
