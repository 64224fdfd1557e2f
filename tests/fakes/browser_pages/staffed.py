"""Returns that wait for people, in every state that staff meet, and the pages that show them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from aftercare.evidence.model import Advice, EvidenceKind, Likeness, Mark, Match
from aftercare.returns.model import Return
from tests.fakes.house import House
from tests.fakes.orders import BLIND_BOX, FIGURE
from tests.fakes.reviews import AGENT, LEAD, NO, QA, YES, Desk, build_desk

_HIGH = 100_001


class StaffScene(NamedTuple):
    """A page of the console as somebody with that role opens it."""

    name: str
    role: str
    path: str


@dataclass(frozen=True)
class Cases:
    """Returns of every standing, by name; `waiting` are ten that wait for anybody."""

    desk: Desk
    named: dict[str, Return]
    waiting: list[Return]


def cases(house: House, tables: dict[str, str]) -> Cases:
    """A morning's work."""
    house.clock.now = datetime.now(UTC) - timedelta(hours=30)
    desk = build_desk(house, tables)
    named = {
        "rich": _rich(desk),
        "proposed": desk.into_review(desk.waiting().return_id, _HIGH, "USD", "US"),
        "asked": desk.waiting(),
        "approved": desk.waiting(),
        "declined": desk.waiting(),
        "claimed": desk.waiting(),
    }
    desk.decide(AGENT, named["proposed"])
    desk.decide(QA, named["approved"], YES)
    desk.decide(LEAD, named["declined"], NO)
    asked = named["asked"].return_id
    desk.reviews.ask_for_evidence(
        AGENT, asked, desk.version(asked), [EvidenceKind.CLOSE_UP], "The paint of the left ear."
    )
    desk.reviews.note(QA, named["rich"].return_id, "The same collector wrote to us in May.")
    waiting = []
    for _ in range(10):
        house.clock.forward(minutes=90)
        waiting.append(desk.waiting())
    house.clock.now = datetime.now(UTC)
    desk.reviews.claim(QA, named["claimed"].return_id)
    return Cases(desk, named, waiting)


def scenes(cases: Cases) -> Iterator[StaffScene]:
    """Each page and state, for the roles that see it differently."""
    yield StaffScene("queue", "agent", "/queue")
    yield StaffScene("queue by value", "auditor", "/queue?by=value")
    yield StaffScene("search", "agent", "/search")
    yield StaffScene("search, found", "agent", f"/search?q={cases.named['rich'].ticket}")
    yield StaffScene("search, nothing", "agent", "/search?q=R-0000")
    for name, ret in cases.named.items():
        yield StaffScene(f"case, {name}", "agent", f"/cases/{ret.return_id}")
    for role in ("lead", "qa", "store", "auditor"):
        yield StaffScene(f"case, {role}", role, f"/cases/{cases.named['proposed'].return_id}")


def _rich(desk: Desk) -> Return:
    """Two items, three photos, marks in Japanese, and photos that were seen before."""
    house = desk.house
    other = desk.waiting()
    ret = desk.waiting(house.delivered_order(FIGURE, BLIND_BOX), {"1": 1, "2": 1})
    photo = house.evidence.of_return(ret.return_id)[0]
    others = house.evidence.of_return(other.return_id)[0]
    for mark in (Mark(3_000, 2_500, "左耳が欠けています"), Mark(7_200, 6_100, "塗装の剥がれ")):
        photo = house.evidence.mark(photo.return_id, photo.evidence_id, mark)
    alike = (Match(others.return_id, others.evidence_id, Likeness.SAME_PICTURE),)
    after = replace(photo, matches=alike, advice=(Advice.BLURRED,), before_delivery=True)
    house.evidence.store.note(photo, after)
    return desk.now(ret.return_id)
