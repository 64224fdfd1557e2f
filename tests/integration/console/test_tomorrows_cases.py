"""After a roll-back a case is opened and shown though a newer version wrote parts of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from aftercare.evidence.model import Evidence
from aftercare.kernel.aws import client
from aftercare.returns.events import DECLINED
from aftercare.returns.model import Return
from tests.fakes.browser import Browser
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.orders import EMAIL
from tests.fakes.reviews import AGENT, NO, Desk
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

type Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def agent(pool: UserPool) -> StaffBrowser:
    return StaffBrowser().signs_in(pool, pool.add("agent", name="Ada Agent"))


def photo_of(desk: Desk, ret: Return) -> Evidence:
    return desk.house.evidence.of_return(ret.return_id)[0]


def with_match(tables: Mapping[str, str], photo: Evidence, other: Evidence, likeness: str) -> None:
    """What a newer version found of that photo."""
    found = {"matches": [[other.return_id, other.evidence_id, likeness, 0.93]], "lens": "wide"}
    change_slot(tables, photo, "findings", json.dumps(found))


def change_slot(tables: Mapping[str, str], slot: Evidence, column: str, text: str) -> None:
    client("dynamodb").update_item(
        TableName=tables["EvidenceTable"],
        Key={"return_id": {"S": slot.return_id}, "evidence_id": {"S": slot.evidence_id}},
        UpdateExpression="SET #column = :text",
        ExpressionAttributeNames={"#column": column},
        ExpressionAttributeValues={":text": {"S": text}},
    )


def change_return(tables: Mapping[str, str], ret: Return, change: Change) -> None:
    key, table = {"pk": {"S": ret.return_id}, "sk": {"S": "RETURN"}}, tables["ReturnsTable"]
    item = client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    document = json.loads(item["document"]["S"])
    change(document)
    changed = {**item, "document": {"S": json.dumps(document)}}
    client("dynamodb").put_item(TableName=table, Item=changed)


def test_a_look_alike_of_tomorrow_is_shown_as_a_hint(
    desk: Desk, tables: dict[str, str], agent: StaffBrowser
) -> None:
    other, ret = desk.waiting(), desk.waiting()
    with_match(tables, photo_of(desk, ret), photo_of(desk, other), "same_dream")
    [alike] = desk.opened(AGENT, ret.return_id).matches
    assert (alike.match.likeness, alike.ticket) == ("same_dream", other.ticket)
    assert "Same dream" in agent.get(f"/cases/{ret.return_id}").text


@pytest.mark.parametrize("of", ["return", "photo"])
def test_a_case_is_opened_though_one_that_it_is_like_is_of_tomorrow(
    desk: Desk, tables: dict[str, str], of: str
) -> None:
    other, ret = desk.waiting(), desk.waiting()
    with_match(tables, photo_of(desk, ret), photo_of(desk, other), "same_file")
    if of == "photo":
        change_slot(tables, photo_of(desk, other), "kind", "certificate")
    else:
        change_return(tables, other, lambda document: document.update(status="graded"))
    case = desk.opened(AGENT, ret.return_id)
    assert (len(case.evidence), case.matches) == (1, ())
    assert desk.trail.reads == [(AGENT, ret.return_id)], "nothing of the other was seen"


def test_a_decision_of_tomorrow_is_shown_to_staff_and_told_to_the_customer(
    desk: Desk, tables: dict[str, str], agent: StaffBrowser
) -> None:
    ret = desk.waiting()
    desk.decide(AGENT, ret, NO)
    change_return(
        tables, ret, lambda stored: stored["lines"][0]["judgement"].update(code="stolen_elsewhere")
    )
    assert "Stolen elsewhere" in agent.get(f"/cases/{ret.return_id}").text
    text = Browser().sign_in(EMAIL).get(f"/returns/{ret.return_id}").text
    assert "Someone from our team looked at this item and can\u2019t accept it." in text
    assert "The photo shows another side." in text
    assert desk.steps(ret)[-1] == DECLINED


def test_a_signal_of_tomorrow_does_not_keep_its_case_from_being_opened(
    desk: Desk, tables: dict[str, str], agent: StaffBrowser
) -> None:
    ret = desk.waiting()
    signal = {"code": "rain", "weight": 5, "references": []}
    change_return(tables, ret, lambda stored: stored["screening"]["signals"].append(signal))
    assert desk.opened(AGENT, ret.return_id).ret.return_id == ret.return_id
    assert agent.get(f"/cases/{ret.return_id}").status == 200
