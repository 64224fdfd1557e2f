"""The shortcuts through moto answer as moto does, and write what it writes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from aftercare.kernel.aws import client
from tests.fakes import shortcuts

pytestmark = pytest.mark.integration

type Json = dict[str, Any]

TABLE = "shelves"
PLAIN: Json = {
    "S": {"S": "Moon Hare"},
    "N": {"N": "-1.50"},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
    "SS": {"SS": ["a", "b"]},
    "NS": {"NS": ["1", "2"]},
    "L": {"L": [{"S": "x"}, {"N": "1"}, {"M": {"deep": {"L": [{"BOOL": True}]}}}, {"L": []}]},
    "M": {"M": {"empty": {"M": {}}, "text": {"S": ""}, "null": {"NULL": True}}},
}
BINARY: Json = {"B": {"B": b"\x00\xff"}, "M": {"M": {"B": {"B": b"\x01"}}}}


def key(row: str) -> Json:
    return {"pk": {"S": "shelf"}, "sk": {"S": row}}


def put(row: str, **attributes: Json) -> Json:
    return {"TableName": TABLE, "Item": key(row) | attributes}


def update(row: str, **rest: Any) -> Json:
    return {
        "TableName": TABLE,
        "Key": key(row),
        "UpdateExpression": "SET N = :n, M.#t = :n REMOVE S",
        "ExpressionAttributeNames": {"#t": "text"},
        "ExpressionAttributeValues": {":n": {"N": "7"}},
    } | rest


def writes(*, failing: bool) -> list[Json]:
    """A new item, one overwritten, one updated, one deleted; and a condition that holds or not."""
    held = {"TableName": TABLE, "Key": key("kept"), "ConditionExpression": "attribute_exists(pk)"}
    check = held | {"ConditionExpression": "attribute_not_exists(pk)"} if failing else held
    return [
        {"Put": put("new", **PLAIN)},
        {"Put": put("overwritten", S={"S": "after"})},
        {"Update": update("updated")},
        {"Delete": {"TableName": TABLE, "Key": key("deleted")}},
        {"ConditionCheck": check | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
    ]


def requests() -> Iterator[tuple[str, Json]]:
    rows = ("kept", "overwritten", "updated", "deleted")
    yield from (("put_item", put(row, **PLAIN)) for row in rows)
    yield "put_item", put("binary", **BINARY) | {"ReturnConsumedCapacity": "TOTAL"}
    yield "get_item", {"TableName": TABLE, "Key": key("kept"), "ConsistentRead": True}
    yield "get_item", {"TableName": TABLE, "Key": key("binary")}
    yield "get_item", {"TableName": TABLE, "Key": key("none")}
    yield "get_item", {"TableName": TABLE, "Key": {"pk": {"S": "shelf"}}}
    yield "get_item", {"TableName": "none", "Key": key("kept")}
    yield "put_item", put("") | {"ReturnValues": "ALL_OLD"}
    yield "transact_write_items", {"TransactItems": writes(failing=True)}
    yield "scan", {"TableName": TABLE}
    yield "transact_write_items", {"TransactItems": [*writes(failing=False), {"Put": put("new")}]}
    yield "scan", {"TableName": TABLE}
    yield "transact_write_items", {"TransactItems": [{"Put": put("new") | {"TableName": "none"}}]}
    yield "transact_write_items", {"TransactItems": writes(failing=False)}
    yield "scan", {"TableName": TABLE}
    yield "update_item", update("kept", ReturnValues="ALL_NEW")
    yield "update_item", update("kept", ReturnValues="UPDATED_OLD")
    no_longer = {":n": {"N": "8"}}
    yield (
        "update_item",
        update("kept", ConditionExpression="N = :n")
        | {
            "ExpressionAttributeValues": no_longer,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )
    yield "delete_item", {"TableName": TABLE, "Key": key("new"), "ReturnValues": "ALL_OLD"}
    yield (
        "query",
        {
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk AND sk > :sk",
            "ExpressionAttributeValues": {":pk": {"S": "shelf"}, ":sk": {"S": "b"}},
            "Limit": 2,
        },
    )
    written = [{"PutRequest": {"Item": key("batch") | PLAIN}}]
    yield "batch_write_item", {"RequestItems": {TABLE: written}}
    yield "batch_get_item", {"RequestItems": {TABLE: {"Keys": [key("batch"), key("none")]}}}
    yield (
        "transact_get_items",
        {"TransactItems": [{"Get": {"TableName": TABLE, "Key": key("batch")}}]},
    )
    yield "describe_table", {"TableName": TABLE}
    yield from counted()
    yield from found()


def counted() -> Iterator[tuple[str, Json]]:
    """Numbers that are computed, keys that are numbers or no text of ASCII, and an index."""
    for number, row in enumerate(["10", "9", "-1.5", "é", "e", ""]):
        values = {"S": {"S": row * 400}, "rank": {"N": str(number % 3)}, "B": {"S": "no bytes"}}
        yield "put_item", put(f"row {row}", **values) | {"ReturnConsumedCapacity": "INDEXES"}
    expression = "SET rank = rank - :one, L = list_append(:l, :l) ADD N :one"
    numbers: Json = {":one": {"N": "1"}, ":l": {"L": [{"N": "1"}, {"M": {"x": {"NULL": True}}}]}}
    computed: Json = {
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {"#n": "N"},
        "ExpressionAttributeValues": numbers,
    }
    yield "update_item", update("row 9", **computed)
    del computed["ExpressionAttributeNames"]
    last: Json = {"TableName": TABLE, "Key": key("row 9"), "ReturnValues": "ALL_NEW"}
    yield "update_item", last | computed
    yield "update_item", last | {"UpdateExpression": "REMOVE L SET S = rank"}


def found() -> Iterator[tuple[str, Json]]:
    """What queries and scans find, in their order, a page at a time."""
    rows: Json = {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "shelf"}},
        "ReturnConsumedCapacity": "TOTAL",
    }
    yield "query", rows
    yield "query", rows | {"ScanIndexForward": False, "Limit": 3}
    yield "query", rows | {"ExclusiveStartKey": key("row e"), "ConsistentRead": True}
    yield "query", rows | {"ProjectionExpression": "sk, rank", "Select": "SPECIFIC_ATTRIBUTES"}
    yield "query", rows | {"FilterExpression": "rank = :pk", "Select": "COUNT"}
    yield "query", rows | {"KeyConditionExpression": "sk = :pk"}
    ranked = rows | {"IndexName": "by_rank", "KeyConditionExpression": "rank = :rank"}
    for rank in ("0", "1"):
        values = {"ExpressionAttributeValues": {":rank": {"N": rank}}}
        yield "query", ranked | values
        yield "query", ranked | values | {"Limit": 1, "ScanIndexForward": False}
    yield "scan", {"TableName": TABLE, "Limit": 4, "ExclusiveStartKey": key("kept")}
    yield "scan", {"TableName": TABLE, "IndexName": "by_rank"}
    yield from of_other_partitions(rows)
    huge = {"S": {"S": "é" * 190_000}}
    yield from (("put_item", put(f"huge {row}", **huge)) for row in range(4))
    yield "scan", {"TableName": TABLE, "ProjectionExpression": "sk"}
    yield "query", rows | {"ProjectionExpression": "sk"}


def of_other_partitions(rows: Json) -> Iterator[tuple[str, Json]]:
    """One that is full, one that is empty again, and one that never had an item."""
    keys = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in (("attic", "b"), ("attic", "a"))]
    gone, never = {"pk": {"S": "gone"}, "sk": {"S": "a"}}, {"pk": {"S": "never"}, "sk": {"S": "a"}}
    yield from (("put_item", {"TableName": TABLE, "Item": each}) for each in (*keys, gone))
    yield "delete_item", {"TableName": TABLE, "Key": gone, "ReturnValues": "ALL_OLD"}
    yield from (("get_item", {"TableName": TABLE, "Key": each}) for each in (gone, never))
    for each in (keys[0], gone, never):
        yield "query", rows | {"ExpressionAttributeValues": {":pk": each["pk"]}}
    yield "scan", {"TableName": TABLE, "ProjectionExpression": "pk, sk"}


def answers() -> list[Json]:
    """The answers to all requests on a new table, and then its stream."""
    dynamodb: Any = client("dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in (("pk", "S"), ("sk", "S"), ("rank", "N"))
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_rank",
                "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["S"]},
            }
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    try:
        given = [answer(getattr(dynamodb, name), request) for name, request in requests()]
        table = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].tables[TABLE]
        assert table.stream_shard
        records = [record.to_json() for record in table.stream_shard.items]
        return [*given, *({"name": r["eventName"]} | images(r["dynamodb"]) for r in records)]
    finally:
        dynamodb.delete_table(TableName=TABLE)


def answer(call: Callable[..., Json], request: Json) -> Json:
    try:
        given = call(**request)
    except ClientError as refusal:
        given = dict(refusal.response)
    metadata = given.pop("ResponseMetadata")
    given.get("Table", {}).pop("CreationDateTime", None)
    for name in ("TableId", "LatestStreamArn", "LatestStreamLabel"):
        given.get("Table", {}).pop(name, None)
    rest = {"again": metadata.get("RetryAttempts"), "id": len(metadata.get("RequestId", ""))}
    return given | {"status": metadata["HTTPStatusCode"]} | rest


def images(record: Json) -> Json:
    return {name: value for name, value in record.items() if name.endswith(("Image", "Keys"))}


@pytest.mark.usefixtures("_aws")
def test_a_shortcut_answers_as_moto_does(monkeypatch: pytest.MonkeyPatch) -> None:
    shortcuts.take(monkeypatch)
    short = answers()
    shortcuts.leave(monkeypatch)
    usual = answers()
    for given, expected, request in zip(short, usual, requests(), strict=False):
        assert given == expected, request
    assert short == usual
    assert {given.get("status") for given in short} >= {200, 400}


WRONG: tuple[Any, ...] = (
    *("x", None, {"S": 1}, {"S": None}, {"N": 1}, {"BOOL": "true"}, {"NULL": 1}, {"SS": [1]}),
    *({"X": "a"}, {"L": {"S": "a"}}, {"L": ["a"]}, {"M": [{"S": "a"}]}),
    *({"M": {"in": {"L": [{"M": {"deep": {"S": 1.5}}}]}}}, {"M": {1: {"S": "a"}}}, {"B": 1}),
    *({"L": [{"B": b"\x00"}, {"S": b"\x00"}]}, {"L": ({"S": "a"}, {"S": 1})}),
)
SOUND: tuple[Json, ...] = (
    *PLAIN.values(),
    *BINARY.values(),
    {"L": ({"S": "a"},)},
    {},
    {"S": "a", "N": "1"},
)


def reports() -> list[str]:
    """What botocore says of an item with each of those values, before it sends the item."""
    shape: Any = client("dynamodb").meta.service_model.operation_model("PutItem").input_shape
    checks = [ParamValidator().validate(put("row", value=each), shape) for each in WRONG + SOUND]
    return [check.generate_report() for check in checks]


@pytest.mark.usefixtures("_aws")
def test_what_is_not_sent_is_refused_as_botocore_refuses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shortcuts.take(monkeypatch)
    short = reports()
    shortcuts.leave(monkeypatch)
    assert short == reports()
    assert [bool(report) for report in short] == [True] * len(WRONG) + [False] * len(SOUND)
