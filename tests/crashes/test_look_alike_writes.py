"""Two copies that are screened at once, whatever crashes and is retried: one finds the other.

Each photo is first written into the index, then the others are sought. A screening that breaks off
begins again, as its queue sees to.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.evidence.fingerprints import fingerprint_of
from aftercare.evidence.look_alikes import LookAlikes
from aftercare.evidence.match_store import MatchStore
from aftercare.evidence.model import Evidence, EvidenceState, Likeness
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.verdict import Accepted
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from tests.bench.pictures import mirrored, ordinary, seeded
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.crashes.world import empty_tables
from tests.fakes.house import WORKER, House, put_upload
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
ORIGINAL = Accepted(b"photo", b"thumbnail", 1200, 900, "a" * 64)
MOMENT, PICTURE = "c" * 32, fingerprint_of(ordinary(1))
TURNED = fingerprint_of(mirrored(ordinary(1), seeded(1)))
# By each of the three ways alone; each with what a screening writes: counted, two files, the index,
# the verdict; and the upload is thrown away.
COPIES = {
    Likeness.SAME_FILE: (ORIGINAL, ORIGINAL, 6),
    Likeness.SAME_MOMENT: (
        replace(ORIGINAL, capture=MOMENT),
        replace(ORIGINAL, sha256="b" * 64, capture=MOMENT),
        7,
    ),
    Likeness.SAME_PICTURE: (
        replace(ORIGINAL, fingerprint=PICTURE),
        replace(ORIGINAL, sha256="b" * 64, fingerprint=TURNED),
        7,
    ),
}
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
WRITES = [(how, write) for how, copies in COPIES.items() for write in range(1, copies[2] + 1)]
MOST_REQUESTS = 24
TROUBLE = (CrashError, AftercareError, BotoCoreError, PynamoDBException)
# Of the many ways in which one breaks off while the other one is at it, for each likeness.
DRAWN = 25


@dataclass
class Intake:
    """Screens photos, with a fault at one of its requests."""

    house: House
    evidence: EvidenceService
    saboteur: Saboteur

    def uploaded(self) -> Evidence:
        slot = self.evidence.open_slot(new_id("ret", NOON), "image/jpeg", actor=CUSTOMER)
        put_upload(self.house, slot.upload_key)
        return slot

    def screens(self, slot: Evidence, verdict: Accepted, plan: Plan | None = None) -> None:
        """Once, and again if it was interrupted."""
        try:
            with self.saboteur.during(plan):
                self.evidence.screen(slot.upload_key, lambda _: verdict, actor=WORKER)
        except TROUBLE:
            self.evidence.screen(slot.upload_key, lambda _: verdict, actor=WORKER)

    def tries(self, slot: Evidence, verdict: Accepted, plan: Plan) -> None:
        with suppress(*TROUBLE), self.saboteur.during(plan):
            self.evidence.screen(slot.upload_key, lambda _: verdict, actor=WORKER)

    def check(self, how: Likeness, *slots: Evidence) -> None:
        """At least one found the other, by that; each is in the index once for each thing."""
        one, other = (self.evidence.slot(each.return_id, each.evidence_id) for each in slots)
        assert one.state is other.state is EvidenceState.ACCEPTED
        found = [(match.evidence_id, match.likeness) for match in (*one.matches, *other.matches)]
        assert set(found) & {(one.evidence_id, how), (other.evidence_id, how)}
        assert len(found) <= 2

    def entries(self, table: str) -> list[tuple[str, str]]:
        items = client("dynamodb").scan(TableName=table)["Items"]
        return [
            (item["return_id"]["S"].partition("#")[0], item["evidence_id"]["S"])
            for item in items
            if "added_in" in item
        ]


@pytest.fixture
def intake(house: House, tables: dict[str, str]) -> Callable[[Saboteur], Intake]:
    """An intake, each time with an index of nothing."""
    looking = replace(house.evidence, look_alikes=LookAlikes(MatchStore(tables["EvidenceTable"])))

    def begin(saboteur: Saboteur) -> Intake:
        empty_tables({"EvidenceTable": tables["EvidenceTable"]})
        return Intake(house, looking, saboteur)

    return begin


@pytest.mark.parametrize(("how", "write"), WRITES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_copy_is_found_wherever_the_screening_of_the_first_broke_off(
    intake: Callable[[Saboteur], Intake],
    tables: dict[str, str],
    how: Likeness,
    write: int,
    fault: Fault,
) -> None:
    """The second one comes in between: after the fault, and before the first is tried again."""
    original, copy, _ = COPIES[how]
    with Saboteur().planted() as saboteur:
        desk = intake(saboteur)
        first, second = desk.uploaded(), desk.uploaded()
        plan = Plan(fault, write, lambda: None)
        desk.tries(first, original, plan)
        assert plan.struck, f"no write {write}"
        desk.screens(second, copy)
        desk.screens(first, original)
        desk.check(how, first, second)
        entries = desk.entries(tables["EvidenceTable"])
        assert len(entries) == len(set(entries)), "added twice"
        assert {photo for _, photo in entries} == {first.evidence_id, second.evidence_id}


@pytest.mark.parametrize("how", COPIES)
def test_these_are_all_writes_of_a_screening(
    intake: Callable[[Saboteur], Intake], how: Likeness
) -> None:
    original, _, writes = COPIES[how]
    with Saboteur().planted() as saboteur:
        desk = intake(saboteur)
        plan = Plan(Fault.UNSENT, writes + 1, lambda: None)
        desk.screens(desk.uploaded(), original, plan)
    assert not plan.struck


@pytest.mark.parametrize("how", COPIES)
def test_of_two_at_once_one_finds_the_other_though_one_breaks_off(
    intake: Callable[[Saboteur], Intake], how: Likeness, crash_seed: int
) -> None:
    """The second begins just before a request of the first, and breaks off at one of its writes."""
    original, copy, writes = COPIES[how]
    requests = range(1, MOST_REQUESTS + 1)
    broken_off = list(product(requests, FAULTS, range(1, writes + 1)))
    drawn = random.Random(crash_seed).sample(broken_off, DRAWN)  # noqa: S311
    struck = 0
    for request, fault, write in [*((request, None, 0) for request in requests), *drawn]:
        with Saboteur().planted() as saboteur:
            desk = intake(saboteur)
            first, second = desk.uploaded(), desk.uploaded()
            broken = Plan(fault, write, lambda: None) if fault else None

            def rival(
                desk: Intake = desk, second: Evidence = second, broken: Plan | None = broken
            ) -> None:
                with suppress(*TROUBLE), desk.saboteur.during(broken):
                    desk.evidence.screen(second.upload_key, lambda _: copy, actor=WORKER)

            plan = Plan(Fault.RACED, request, rival)
            desk.screens(first, original, plan)
            desk.screens(second, copy)
            desk.check(how, first, second)
            struck += plan.struck
    assert struck > writes, "the second rarely comes in between"
