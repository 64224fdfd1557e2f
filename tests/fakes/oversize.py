"""Requests beyond AWS's limits, each with the name of AWS's error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

type Client = Callable[[str], Any]
"""A client of a service, by its name."""

TABLE, QUEUE, BUCKET = "beyond-limits", "beyond-limits", "beyond-limits"
INVALID = "ValidationException"
PARTITION, SORT = {"S": "p" * 2049}, {"S": "s" * 1025}
# 1,024 characters of two bytes each.
WIDE = {"S": "é" * 1024}
LONG_KEYS: dict[str, dict[str, Any]] = {
    "a long partition key": {"pk": PARTITION, "sk": {"S": "a"}},
    "a long sort key": {"pk": {"S": "a"}, "sk": SORT},
    "a sort key of many bytes": {"pk": {"S": "a"}, "sk": WIDE},
    "an empty partition key": {"pk": {"S": ""}, "sk": {"S": "a"}},
    "an empty sort key": {"pk": {"S": "a"}, "sk": {"S": ""}},
}
LONG_INDEX_KEYS: dict[str, dict[str, Any]] = {
    "a long partition key of an index": {"owner": PARTITION, "at": {"S": "a"}},
    "a long sort key of an index": {"owner": {"S": "a"}, "at": SORT},
    "a long sort key of a local index": {"recorded": SORT},
}
KEY: dict[str, Any] = {"pk": {"S": "a"}, "sk": {"S": "a"}}
_SET: dict[str, Any] = {
    "UpdateExpression": "SET a = :a",
    "ExpressionAttributeValues": {":a": KEY["pk"]},
}


@dataclass(frozen=True)
class Beyond:
    """One request, and the error that AWS has for it."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    code: str = INVALID

    def send(self, client: Client) -> str:
        """The code of the refusal."""
        send: Callable[..., object] = getattr(client(self.service), self.operation)
        with pytest.raises(ClientError) as refusal:
            send(**self.parameters)
        return str(refusal.value.response["Error"]["Code"])


def create(client: Client) -> None:
    """What the requests are about."""
    names = ("pk", "sk", "owner", "at", "recorded")
    client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[_index("by_owner", "owner", "at")],
        LocalSecondaryIndexes=[_index("by_time", "pk", "recorded")],
    )
    client("sqs").create_queue(QueueName=QUEUE)
    client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    client("ses").verify_email_identity(EmailAddress="shop@example.com")


def requests() -> dict[str, Beyond]:
    every = {**_of_keys(), **_of_index_keys(), **_of_sizes(), **_of_others()}
    return dict(sorted(every.items()))


def _keys(partition: str, sort: str) -> Any:
    kinds = zip((partition, sort), ("HASH", "RANGE"), strict=True)
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]


def _index(name: str, partition: str, sort: str) -> Any:
    projection = {"ProjectionType": "ALL"}
    return {"IndexName": name, "KeySchema": _keys(partition, sort), "Projection": projection}


def _of_table(operation: str, **parameters: Any) -> Beyond:
    return Beyond("dynamodb", operation, {"TableName": TABLE, **parameters})


def _transaction(*items: Mapping[str, Any]) -> Beyond:
    own = [{kind: {"TableName": TABLE, **part} for kind, part in item.items()} for item in items]
    return Beyond("dynamodb", "transact_write_items", {"TransactItems": own})


def _put(item: Mapping[str, Any]) -> Beyond:
    return _of_table("put_item", Item=item)


def _put_in_transaction(item: Mapping[str, Any]) -> Beyond:
    return _transaction({"Put": {"Item": item}})


def _asked(condition: str, key: Mapping[str, Any], **parameters: Any) -> Beyond:
    values = {":p": key["pk"], ":s": key["sk"]} if ":s" in condition else {":p": key["pk"]}
    return _of_table(
        "query",
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        **parameters,
    )


def _of_keys() -> dict[str, Beyond]:
    every: dict[str, Beyond] = {}
    for what, key in LONG_KEYS.items():
        get = {"TransactItems": [{"Get": {"TableName": TABLE, "Key": key}}]}
        writes = [{"PutRequest": {"Item": key}}]
        own = {
            "get": _of_table("get_item", Key=key),
            "put": _of_table("put_item", Item=key),
            "delete": _of_table("delete_item", Key=key),
            "update": _of_table("update_item", Key=key, **_SET),
            "batch get": Beyond(
                "dynamodb", "batch_get_item", {"RequestItems": {TABLE: {"Keys": [key]}}}
            ),
            "batch write": Beyond(
                "dynamodb", "batch_write_item", {"RequestItems": {TABLE: writes}}
            ),
            "put in a transaction": _transaction({"Put": {"Item": key}}),
            "update in a transaction": _transaction({"Update": {"Key": key, **_SET}}),
            "get in a transaction": Beyond("dynamodb", "transact_get_items", get),
            "query": _asked("pk = :p AND sk = :s", key),
            "query before": _asked("pk = :p AND sk < :s", key),
            "query between": _asked("pk = :p AND sk BETWEEN :s AND :s", key),
            "query of a start": _asked("pk = :p AND begins_with(sk, :s)", key),
            "query from a key": _asked("pk = :p", {"pk": {"S": "a"}}, ExclusiveStartKey=key),
        }
        every |= {f"{act}: {what}": beyond for act, beyond in own.items()}
    del every["query of a start: an empty sort key"]  # which is every key's start
    return every


def _of_index_keys() -> dict[str, Beyond]:
    every: dict[str, Beyond] = {}
    for what, attributes in LONG_INDEX_KEYS.items():
        name, value = max(attributes.items(), key=lambda item: len(item[1]["S"]))
        setting: dict[str, Any] = {
            "UpdateExpression": "SET #0 = :0",
            "ExpressionAttributeNames": {"#0": name},
            "ExpressionAttributeValues": {":0": value},
        }
        every |= {
            f"put: {what}": _of_table("put_item", Item={**KEY, **attributes}),
            f"update: {what}": _of_table("update_item", Key=KEY, **setting),
            f"transaction: {what}": _transaction({"Put": {"Item": {**KEY, **attributes}}}),
        }
    for index, partition, sort in (("by_time", "pk", "recorded"), ("by_owner", "owner", "at")):
        every[f"query: {index}"] = _asked(
            f"{partition} = :p AND {sort} < :s", {"pk": {"S": "a"}, "sk": SORT}, IndexName=index
        )
    return every


def _of_sizes() -> dict[str, Beyond]:
    nested: dict[str, Any] = {"S": "x"}
    for _ in range(33):
        nested = {"M": {"a": nested}}
    values: dict[str, Any] = {
        "an item of 400 KB": {"S": "x" * 400 * 1024},
        "a number of 39 digits": {"N": "1" * 39},
        "a large number": {"N": "1e126"},
        "a small number": {"N": "1e-131"},
        "a nested number of 39 digits": {"M": {"a": {"L": [{"N": "1" * 39}]}}},
        "many levels": nested,
    }
    every = {
        f"{act}: {what}": make({**KEY, "a": value})
        for what, value in values.items()
        for act, make in (("put", _put), ("transaction", _put_in_transaction))
    }
    puts = [{"Put": {"Item": {**KEY, "sk": {"S": str(each)}}}} for each in range(101)]
    large: Any = {"S": "x" * 390_000}
    writes = [{"PutRequest": put["Put"]} for put in puts]
    in_101 = f"sk IN ({','.join(f':a{each}' for each in range(101))})"
    return every | {
        "a transaction of 101": _transaction(*puts),
        "a transaction of 4 MB": _transaction(
            *({"Put": {"Item": {**put["Put"]["Item"], "a": large}}} for put in puts[:12])
        ),
        "a batch of 26": Beyond(
            "dynamodb", "batch_write_item", {"RequestItems": {TABLE: writes[:26]}}
        ),
        "an expression of 4 KB": _of_table(
            "put_item",
            Item=KEY,
            ConditionExpression=f"pk = :a {' ' * 4096} AND sk = :a",
            ExpressionAttributeValues={":a": {"S": "b"}},
        ),
        "an IN of 101": _of_table(
            "put_item",
            Item=KEY,
            ConditionExpression=in_101,
            ExpressionAttributeValues={f":a{each}": {"S": "b"} for each in range(101)},
        ),
    }


def _of_others() -> dict[str, Beyond]:
    key, url = {"Bucket": BUCKET, "Key": "k" * 1025}, {"QueueUrl": QUEUE}
    return {
        "put a long key": Beyond("s3", "put_object", {**key, "Body": b"x"}, "KeyTooLongError"),
        "get a long key": Beyond("s3", "get_object", key, "KeyTooLongError"),
        "delete a long key": Beyond("s3", "delete_object", key, "KeyTooLongError"),
        "a message of 1 MB": Beyond(
            "sqs",
            "send_message",
            {**url, "MessageBody": "x" * (1024 * 1024 + 1)},
            "InvalidParameterValue",
        ),
        "a message of a sign": Beyond(
            "sqs", "send_message", {**url, "MessageBody": "a\x00b"}, "InvalidMessageContents"
        ),
        "no message": Beyond("sqs", "send_message", {**url, "MessageBody": ""}, "MissingParameter"),
        "a long delay": Beyond(
            "sqs",
            "send_message",
            {**url, "MessageBody": "a", "DelaySeconds": 901},
            "InvalidParameterValue",
        ),
        "an event of 256 KB": Beyond("events", "put_events", _event("x" * 256 * 1024)),
        "51 recipients": _mail(to=[f"mei{each}@example.com" for each in range(51)]),
        "a long local part": _mail(to=[f"{'x' * 65}@example.com"]),
        "a local part beyond ASCII": _mail(to=["zoë@example.com"]),
        "no domain": _mail(to=["mei"]),
        "two subjects": _mail(subject="Your label\r\nSubject: Your prize"),
        "a line of 999 characters": _mail(text="x" * 999),
        "a mail of 10 MB": _mail(text="x\r\n" * (4 * 1024 * 1024)),
    }


def _event(text: str) -> dict[str, Any]:
    detail = f'{{"text": "{text}"}}'
    return {"Entries": [{"Source": "aftercare", "DetailType": "tested", "Detail": detail}]}


def _mail(
    to: list[str] | None = None, subject: str = "Your label", text: str = "It is ready."
) -> Beyond:
    message = f"From: shop@example.com\r\nSubject: {subject}\r\n\r\n{text}\r\n"
    parameters = {
        "Source": "shop@example.com",
        "Destinations": to or ["mei@example.com"],
        "RawMessage": {"Data": message.encode()},
    }
    return Beyond("ses", "send_raw_email", parameters, "InvalidParameterValue")
