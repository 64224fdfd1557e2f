"""Returns that wait for a person, the people who work on them, and the trail of what they read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order
from aftercare.returns.case_file import CaseFile
from aftercare.returns.judgement import JudgementCode, Review
from aftercare.returns.judging import Said
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.review import ReviewService
from aftercare.returns.screening import Screening, Signal, SignalCode
from aftercare.returns.wiring import ReviewConfig, review_service
from aftercare.staff.model import Member, Role
from tests.fakes.environment import BUCKETS
from tests.fakes.house import House
from tests.fakes.orders import NOON


def member(name: str, *roles: Role) -> Member:
    return Member(f"stf_{name}", name.capitalize(), f"{name}@example.com", frozenset(roles))


AGENT = member("ana", Role.AGENT)
LEAD = member("lee", Role.LEAD)
QA = member("quin", Role.QA)
WAREHOUSE = member("wanda", Role.WAREHOUSE)
STORE = member("stu", Role.STORE)
AUDITOR = member("audrey", Role.AUDITOR)
NOBODY = member("nobody")

YES: Said = (True, JudgementCode.AS_ASKED, "")
NO: Said = (False, JudgementCode.NOT_SHOWN, "The photo shows another side.")


@dataclass
class Trail:
    """An audit trail in memory."""

    reads: list[tuple[Member, str]] = field(default_factory=list)
    looks: list[tuple[Member, str]] = field(default_factory=list)
    finds: list[tuple[Member, str]] = field(default_factory=list)
    parcels: list[tuple[Member, str]] = field(default_factory=list)

    def record_read(self, member: Member, subject: str) -> None:
        self.reads.append((member, subject))

    def record_look(self, member: Member, subject: str) -> None:
        self.looks.append((member, subject))

    def record_find(self, member: Member, subject: str) -> None:
        self.finds.append((member, subject))

    def record_parcel(self, member: Member, subject: str) -> None:
        self.parcels.append((member, subject))


@dataclass
class Desk:
    """Staff's verbs on the returns of a house."""

    house: House
    reviews: ReviewService
    trail: Trail

    def waiting(
        self,
        order: Order | None = None,
        units: Mapping[str, int] | None = None,
        *,
        value: int = 3_000,
        currency: str = "USD",
        market: str = "US",
    ) -> Return:
        """A submitted return that its screening has put into review."""
        order = order or self.house.delivered_order()
        draft = self.house.draft(order, new_id("ret", NOON), dict(units or {}))
        self.house.add_good_photo(draft)
        sent = self.house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
        return self.into_review(sent.return_id, value, currency, market)

    def into_review(self, return_id: str, value: int, currency: str, market: str) -> Return:
        sent, now = self.now(return_id), self.house.clock.now
        facts = {"value": value, "currency": currency, "market": market}
        found = Screening("2026-11-28", 100, True, (Signal(SignalCode.HIGH_VALUE, 100),), facts)
        after = replace(
            sent, status=ReturnStatus.IN_REVIEW, screening=found, review=Review(since=now)
        )
        self.house.returns.store.save_claim(after)
        return self.now(return_id)

    def now(self, return_id: str) -> Return:
        ret = self.house.returns.store.get(return_id)
        assert ret
        return ret

    def version(self, return_id: str) -> int:
        return self.now(return_id).version or 0

    def opened(self, who: Member, return_id: str) -> CaseFile:
        return self.reviews.open_case(who, return_id)

    def decide(self, who: Member, ret: Return, said: Said = YES, version: int = 0) -> Return:
        """Says the same of each line of the return."""
        version = version or self.version(ret.return_id)
        lines = {line.line_id: said for line in ret.lines}
        return self.reviews.decide(who, ret.return_id, version, lines)

    def steps(self, ret: Return) -> list[str]:
        return [entry.entry_type for entry in self.house.returns.timeline(ret)]


def build_desk(house: House, tables: Mapping[str, str]) -> Desk:
    """Staff's verbs on the house's tables."""
    trail = Trail()
    config = ReviewConfig(
        returns_table=tables["ReturnsTable"],
        orders_table=tables["OrdersTable"],
        evidence_table=tables["EvidenceTable"],
        uploads_bucket=BUCKETS["UploadsBucket"],
        documents_bucket=BUCKETS["DocumentsBucket"],
        batches_table=tables["BatchesTable"],
        due_table=tables["DueTable"],
        labels_table=tables["LabelsTable"],
    )
    entropy = house.returns.entropy
    reviews = review_service(config, trail, clock=house.clock, entropy=entropy)
    return Desk(house, reviews, trail)
