"""Each event on the bus has a schema that is the code's; every sample keeps to it."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import aftercare
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import convert
from aftercare.kernel.timeline import Entry
from aftercare.orders.events import parse
from aftercare.staff import matrix
from infra.events.catalogue import ENTRIES, OURS, details
from infra.events.schemas import FOLDER, texts
from tests.fakes import schemas
from tests.fakes.actors import SOMEBODY
from tests.fakes.orders import shop_detail
from tests.fakes.template import ROOT, resources

type Json = dict[str, Any]

DETAILS = details()
SHOPS = [key for key in DETAILS if key[0] != OURS]
INGESTS = {
    "shop.orders": "OrderEventsQueue",
    "shop.members": "MemberEventsQueue",
    "shop.reviews": "EarningsQueue",
    "shop.stores": "SalesQueue",
    "carriers": "LabelsQueue",
}
GOOD: dict[str, Json] = {
    "shop.orders": shop_detail(ticket="R-9R7J-C49S-F"),
    "shop.members": {
        "member_id": "mem_01JXC0000000000000000000A0",
        "email": "mei@example.com",
        "occurred_at": "2026-06-10T19:00:00Z",
    },
    "shop.reviews": {
        "member_id": "mem_01JXC0000000000000000000A0",
        "order_number": "PM-2026-0001",
        "line_id": "1",
        "occurred_at": "2026-06-10T19:00:00Z",
    },
    "shop.stores": {"code": "0GSD-7XQR-CB46-QGMK", "occurred_at": "2026-06-10T19:00:00Z"},
    "carriers": {
        "tracking_number": "506141415115257387",
        "kind": "in_transit",
        "occurred_at": "2026-06-10T19:00:00Z",
    },
}

WRONG: list[object] = [None, 7, [], {}, True, ""]


def samples() -> Iterator[tuple[str, str, str, object]]:
    """Place, source, detail type and detail of every event in a sample's messages."""
    for path in sorted((ROOT / "events").glob("*/*.json")):
        for record in json.loads(path.read_text()).get("Records", []):
            body = json.loads(record["body"]) if "body" in record else {}
            detail = body.get("detail", {})
            name = body.get("detail-type") or detail.get("entry_type", "")
            source = body.get("source", OURS)
            if source == OURS and not name:
                continue
            if not source.startswith("aws."):
                yield f"{path.parent.name}/{path.stem}", source, name, detail


def entry_types_in_the_code() -> set[str]:
    """The value of every constant that names a type of entry."""
    named = set()
    for module in pkgutil.walk_packages(aftercare.__path__, "aftercare."):
        values = vars(importlib.import_module(module.name)).items()
        named |= {
            value
            for name, value in values
            if name.isupper() and isinstance(value, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", value)
        }
    return named


def queues_taking(source: str, detail_type: str) -> list[str]:
    return [
        target["Arn"]["Fn::GetAtt"][0]
        for rule in resources("AWS::Events::Rule").values()
        if source in rule["EventPattern"]["source"]
        and detail_type in rule["EventPattern"]["detail-type"]
        for target in rule["Targets"]
    ]


def accepted(source: str, detail_type: str, detail: object) -> bool:
    try:
        convert(detail, DETAILS[source, detail_type], InvalidError)
    except InvalidError:
        return False
    return True


def test_the_schemas_are_those_of_the_code() -> None:
    """If not, `make schemas` writes them; commit what it writes."""
    committed = {
        path.relative_to(FOLDER).as_posix(): path.read_text() for path in FOLDER.rglob("*.json")
    }
    assert committed == texts()


def test_every_type_of_entry_in_the_code_has_a_schema() -> None:
    assert entry_types_in_the_code() - set(matrix.published()) == set(ENTRIES)


def test_every_event_that_a_rule_takes_has_a_schema() -> None:
    for rule in resources("AWS::Events::Rule").values():
        pattern = rule["EventPattern"]
        for detail_type in pattern["detail-type"]:
            owners = [source for source in pattern["source"] if not source.startswith("aws.")]
            known = [source for source in owners if (source, detail_type) in DETAILS]
            assert known or not owners, f"{owners} {detail_type}"


@pytest.mark.parametrize(("source", "detail_type"), SHOPS)
def test_each_event_from_outside_fills_one_queue_only(source: str, detail_type: str) -> None:
    """A malformed one is then in one dead-letter queue, once."""
    assert queues_taking(source, detail_type) == [INGESTS[source]]


@pytest.mark.parametrize("place", list(samples()), ids=lambda place: f"{place[0]}-{place[2]}")
def test_every_sample_keeps_to_its_schema(place: tuple[str, str, str, object]) -> None:
    _, source, detail_type, detail = place
    assert schemas.faults(source, detail_type, detail) == []


def test_every_event_from_outside_has_a_sample() -> None:
    seen = {(source, detail_type) for _, source, detail_type, _ in samples()}
    assert set(SHOPS) <= seen


@pytest.mark.parametrize(("source", "detail_type"), SHOPS)
def test_the_schema_of_an_event_from_outside_has_examples(source: str, detail_type: str) -> None:
    examples = schemas.schema(source, detail_type)["examples"]
    assert examples
    for example in examples:
        assert schemas.faults(source, detail_type, example) == []
        if source == "shop.orders":
            assert parse(detail_type, example).unread == ()


@pytest.mark.parametrize(("source", "detail_type"), SHOPS)
def test_the_schema_and_the_reader_refuse_the_same(source: str, detail_type: str) -> None:
    good = GOOD[source]
    assert accepted(source, detail_type, good)
    assert schemas.faults(source, detail_type, good) == []
    root = schemas.schema(source, detail_type)
    required = root["$defs"][root["$ref"].rpartition("/")[2]]["required"]
    for name in required:
        lacking = {key: value for key, value in good.items() if key != name}
        assert not accepted(source, detail_type, lacking)
        assert schemas.faults(source, detail_type, lacking)
        for value in WRONG:
            wrong = good | {name: value}
            assert not accepted(source, detail_type, wrong), name
            assert schemas.faults(source, detail_type, wrong), f"{name}: {value!r}"


@pytest.mark.parametrize(
    "line",
    [{"quantity": -1}, {"quantity": 1.5}, {"unit_price": -1}, {"kind": "plush"}, {"name": " "}],
)
def test_the_schema_of_a_payment_knows_the_bounds(line: Json) -> None:
    paid = shop_detail(lines=[shop_detail()["lines"][0] | line])
    assert schemas.faults("shop.orders", "order.paid", paid)
    assert not accepted("shop.orders", "order.paid", paid)


def test_a_field_that_we_do_not_read_is_allowed() -> None:
    assert schemas.faults("shop.orders", "order.paid", shop_detail(gift=True)) == []


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_with_data_of_another_kind_breaks_its_schema(name: str) -> None:
    now = datetime(2026, 6, 10, tzinfo=UTC)
    stray = Entry("ent_1", name, "s_1", now, {"email": "mei@example.com"}, actor=SOMEBODY)
    assert schemas.entry_faults(stray)


def test_an_entry_keeps_to_its_schema() -> None:
    now = datetime(2026, 6, 10, tzinfo=UTC)
    data = {"version": "3", "changed": "delivered", "status": "delivered"}
    entry = Entry("ent_1", "order.changed", "PM-2026-0001", now, data, actor=SOMEBODY)
    assert schemas.entry_faults(entry) == []
    for wrong in ({"version": "three"}, {"changed": "lost"}, {"name": "Mei"}):
        changed = Entry("ent_1", "order.changed", "PM-2026-0001", now, data | wrong, actor=SOMEBODY)
        assert schemas.entry_faults(changed)
