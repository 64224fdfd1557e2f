"""The staff table as other versions stored it: today's samples, and a newer version's items."""

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest

from aftercare.staff.audit import ONCE_FOR, Act, Trace
from aftercare.staff.errors import SignInFailedError
from aftercare.staff.model import Member, Role
from aftercare.staff.sample_store import SampleStore
from aftercare.staff.samples import Finding
from aftercare.staff.session import SessionKey
from tests.fakes.samples import Item, items
from tests.fakes.staff_desk import BROWSER, Desk, desk_on

pytestmark = pytest.mark.integration
SAMPLES = items("staff")
ADA = Member("staff-sample", "Ada Agent", "ada@example.com", frozenset({Role.AGENT, Role.QA}))
RETURN = "ret_01M7ZWT7EBRZXGXK0P6ZBVJ78F"


def newer(item: Item) -> Item:
    """The same as a later version may store it: another field, another role, another act."""
    added: Item = {"schema": {"N": "2"}, "place": {"S": "Leeds"}}
    if "roles" in item:
        added["roles"] = {"SS": [*item["roles"]["SS"], "robot"]}
    if "act" in item:
        added["act"] = {"S": "exported"}
    return item | added


@pytest.fixture(params=["as they are", "as a later version stores them"])
def desk(request: pytest.FixtureRequest, tables: dict[str, str]) -> Iterator[Desk]:
    for item in SAMPLES.values():
        stored = newer(item) if request.param.startswith("as a later") else item
        boto3.client("dynamodb").put_item(TableName=tables["StaffTable"], Item=stored)
    with desk_on(tables) as desk:
        desk.clock.now = datetime(2026, 11, 28, 5, 0, 30, tzinfo=UTC)
        yield desk


def test_a_session_goes_on_with_the_roles_that_this_version_knows(desk: Desk) -> None:
    assert desk.service.member(SessionKey("staff-sample", "sample token")) == ADA


def test_a_session_without_roles_is_read(desk: Desk) -> None:
    assert not desk.service.member(SessionKey("staff-sample", "another token")).roles


def test_a_sign_in_that_an_earlier_version_began_goes_as_far_as_its_code(desk: Desk) -> None:
    with pytest.raises(SignInFailedError):
        desk.service.complete_sign_in(BROWSER, "sample state", "a code of nobody's")
    assert desk.pool.asked[-1] == "token"


def test_people_and_traces_are_read(desk: Desk) -> None:
    assert ADA in desk.service.store.people()
    [trace] = desk.service.store.traces(RETURN)
    assert trace.by == ADA.actor
    assert trace.act in {"read", "exported"}


def test_a_drawn_decision_is_read(desk: Desk, tables: dict[str, str]) -> None:
    assert desk
    [drawn] = SampleStore(tables["StaffTable"]).of_week("2026-W48")
    assert (drawn.return_id, drawn.finding, drawn.words) == (
        RETURN,
        Finding.QUESTIONED,
        "The photo shows it.",
    )


def test_a_trace_that_stands_for_half_an_hour_is_not_left_again(desk: Desk) -> None:
    store, subject = desk.service.store, "ret_01M7ZWT7EBRZXGXK0P6ZBVJ78E"
    for minute in (29, 31):
        at = datetime(2026, 11, 28, 5, minute, tzinfo=UTC)
        trace = Trace(subject, Act.SAW_EVIDENCE, ADA.actor, at, f"trc_{minute}")
        store.record_once(trace, at + ONCE_FOR)
    assert {trace.trace_id for trace in store.traces(subject)} == {"trc_31"}
