"""After an erasure, and all old events again, nothing of the person is anywhere."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from aftercare.erasure.model import Erasure, ErasureState, Why
from aftercare.erasure.places import BUCKETS, TABLES
from aftercare.erasure.service import ErasureService
from tests.fakes.actors import LI
from tests.fakes.erasures import Person, erasing, somebody
from tests.fakes.house import WORKER, House
from tests.fakes.logs import logged
from tests.fakes.points_desk import members
from tests.fakes.traces import remains

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]

PLACES = TABLES.keys() | BUCKETS.keys()
HOLDING = PLACES - {
    *("DueTable", "ErasuresTable", "ParcelsTable", "BatchesTable"),
    *("ClientsTable", "CodesBucket", "LedgerExportsBucket"),
}
"""Where something of a person is before an erasure, so that the search is known to look there."""


def erased(house: House, person: Person, erasures: ErasureService) -> Erasure:
    """Both sweeps, with all events again after each."""
    desk, _ = erasing(house)
    entries = person.entries()
    erasure = desk.begin(person.email, Why.CUSTOMER, actor=LI)
    swept = erasures.advance(erasure.erasure_id, actor=LI)
    assert swept
    assert (swept.state, swept.waits_for) == (ErasureState.SWEPT, ())
    person.replay(entries)
    house.clock.forward(hours=25)
    done = erasures.advance(erasure.erasure_id, actor=WORKER)
    assert done
    assert done.state is ErasureState.DONE
    person.replay(entries + person.entries())
    return done


def test_after_erasure_and_replay_no_canary_is_left_anywhere(
    house: House, tables: dict[str, str], versions: dict[str, str]
) -> None:
    person, (_, erasures) = somebody(house, tables), erasing(house)
    with logged() as log:
        person.lives()
        places = remains(person.canaries, tables, versions)
        everywhere = "\n".join(places)
        assert {name for name in PLACES if f" in {name} " in everywhere} == HOLDING
        planted = [text for text in person.canaries if text in everywhere]
        # The shop tells a phone number, which is never stored.
        assert set(person.canaries) - set(planted) == {person.phone}
        erased(house, person, erasures)
    assert remains(person.canaries, tables, versions, log.getvalue()) == []
    assert members().get(person.member_id).email == ""


def test_without_a_tombstone_the_old_events_bring_the_person_back(
    house: House, tables: dict[str, str], versions: dict[str, str]
) -> None:
    class Forgetful:
        def add(self, _email_key: str, _at: datetime) -> None:
            """Puts up no tombstone."""

    person, (_, erasures) = somebody(house, tables), erasing(house)
    person.bounces()
    tombstones: Any = Forgetful()
    erased(house, person, replace(erasures, tombstones=tombstones))
    assert remains(person.canaries, tables, versions) != []
