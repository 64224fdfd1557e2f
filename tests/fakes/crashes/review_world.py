"""A return that waits for people: several at once, its customer, the clock, and every fault."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.evidence.model import EvidenceKind, EvidenceState
from aftercare.kernel.actor import CUSTOMER, Actor
from aftercare.kernel.errors import AftercareError
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import Said
from aftercare.returns.model import Return
from aftercare.returns.notes import note_name
from aftercare.staff.model import Member, Role
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.reviews import Desk, build_desk, member

PEOPLE = (
    member("ana", Role.AGENT),
    member("quin", Role.QA),
    member("lee", Role.LEAD),
    member("lou", Role.LEAD),
)
LOW, HIGH = 3_000, 100_001
TABLES_OF_A_WORLD = ("DueTable", "EvidenceTable", "OrdersTable", "ReturnsTable")

type Act = tuple[str, int]
"""A verb, and which of the four people calls it; the customer and the clock need nobody."""


class Attempt(NamedTuple):
    """A form that somebody sent: who, which, and the version of the page that it was on."""

    actor: Actor
    verb: str
    version: int


@dataclass
class ReviewWorld:
    """One return in review. Each person has a page of it, which they may have opened long ago."""

    desk: Desk
    saboteur: Saboteur
    ret: Return
    tables: dict[str, str]
    is_high: bool
    pages: dict[Member, int] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    notes: dict[tuple[Actor, int], str] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def first(self) -> int:
        """The version that everybody saw at the beginning."""
        return self.ret.version or 0

    def play(self, act: Act, fault: Fault | None, write: int, rival: Act) -> None:
        """One act with its fault; whoever's page failed sends the same form again."""
        plan = Plan(fault, write, lambda: self._try(rival)) if fault else None
        with suppress(CrashError, BotoCoreError, PynamoDBException), self.saboteur.during(plan):
            self._try(act)
        if fault and plan and plan.struck:
            self.struck[fault.name] += 1
            self._try(act)

    def _try(self, act: Act) -> None:
        try:
            self._do(*act)
        except AftercareError as error:
            self.refused[error.code] += 1

    def _do(self, verb: str, which: int) -> None:
        returns, return_id, clock = (
            self.desk.house.returns,
            self.ret.return_id,
            self.desk.house.clock,
        )
        key = self.ret.email_key
        others: dict[str, Callable[[], object]] = {
            "answer": lambda: returns.answer_request(key, return_id, actor=CUSTOMER),
            "cancel": lambda: returns.cancel(key, return_id, actor=CUSTOMER),
            "show": self._show,
            "screen": lambda: returns.screen_further(return_id, actor=WORKER),
            "timer": lambda: returns.end_request(return_id, actor=WORKER),
            "fortnight": lambda: clock.forward(days=14),
            "minutes": lambda: clock.forward(minutes=6),
        }
        if verb in others:
            others[verb]()
        elif verb == "look":
            self.pages[PEOPLE[which]] = self.desk.opened(PEOPLE[which], return_id).ret.version or 0
        else:
            self._send(verb, PEOPLE[which])

    def _note_name(self, who: Member) -> str:
        """The name of the note's form on the page that this person has."""
        house = self.desk.house
        made = note_name(house.clock(), house.returns.entropy)
        return self.notes.setdefault((who.actor, self.pages.get(who, self.first)), made)

    def _show(self) -> None:
        """The customer adds a photo in which something is noticed."""
        house, kind = self.desk.house, EvidenceKind.RECEIPT
        slot = house.returns.add_photo(
            self.ret.email_key, self.ret.return_id, "image/jpeg", kind, actor=CUSTOMER
        )
        noticed = replace(slot, state=EvidenceState.ACCEPTED, before_delivery=True)
        house.evidence.store.settle(noticed)

    def _send(self, verb: str, who: Member) -> None:
        """A form of the page that this person has, with words that say which page it was."""
        reviews, return_id = self.desk.reviews, self.ret.return_id
        page = self.pages.setdefault(who, self.first)
        receipt = [EvidenceKind.RECEIPT]
        forms: dict[str, Callable[[], object]] = {
            "approve": lambda: reviews.decide(who, return_id, page, said(page, yes=True)),
            "decline": lambda: reviews.decide(who, return_id, page, said(page, yes=False)),
            "confirm": lambda: reviews.confirm(who, return_id, page),
            "hand_back": lambda: reviews.hand_back(who, return_id, page, f"page {page}"),
            "ask": lambda: reviews.ask_for_evidence(who, return_id, page, receipt, f"page {page}"),
            "withdraw": lambda: reviews.withdraw_request(who, return_id, page),
            "claim": lambda: reviews.claim(who, return_id),
            "release": lambda: reviews.release(who, return_id),
            "note": lambda: reviews.note(who, return_id, "seen", self._note_name(who)),
        }
        self.attempts.append(Attempt(who.actor, verb, page))
        forms[verb]()


def said(page: int, *, yes: bool) -> dict[str, Said]:
    code = JudgementCode.AS_ASKED if yes else JudgementCode.NOT_SHOWN
    return {"1": (yes, code, f"page {page}")}


@contextmanager
def review_world(house: House, tables: dict[str, str], *, is_high: bool) -> Iterator[ReviewWorld]:
    """A house with a return that waits for a person."""
    desk = build_desk(house, tables)
    ret = desk.waiting(value=HIGH if is_high else LOW)
    with Saboteur().planted() as saboteur:
        yield ReviewWorld(desk, saboteur, ret, tables, is_high)
