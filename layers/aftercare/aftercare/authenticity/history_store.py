"""Codes' histories as checks read and write them: without the SDK, on the items of `store.py`.

Whoever checks a code waits for a cold start, of which the SDK and pynamodb would be most. What is
rare, signals and cases, stays with them in `store.py`.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from aftercare.authenticity.layout import check_line, history_from
from aftercare.authenticity.model import Check, History
from aftercare.kernel.direct import conditional, dynamodb, plain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SCHEMA = 3
# Checks at the same moment do not see each other, and add up to this many. The next check reads
# again and drops the surplus: at most 35, as many as fit into one of DynamoDB's expressions.
MOST_KEPT = 55


class HistoryStore:
    """Codes' histories in DynamoDB."""

    def __init__(self, table_name: str, client: "Callable[[], DynamoDBClient]" = dynamodb) -> None:
        self._table = table_name
        self._dynamodb = client

    def get(self, key: str) -> History | None:
        answer = self._dynamodb().get_item(
            TableName=self._table, Key={"pk": {"S": key}}, ConsistentRead=True
        )
        return history_from(plain(answer["Item"])) if "Item" in answer else None

    def open(self, key: str, check: Check) -> History:
        """The code's first check, and with it the code's item.

        Raises:
            StaleWriteError: The item is there already.
        """
        item: dict[str, Any] = {
            "pk": {"S": key},
            "schema": {"N": str(SCHEMA)},
            "checks": {"N": "1"},
            "by_customers": {"N": str(int(check.by_customer))},
            "who": {"M": {check.check_id: {"S": check_line(check, weight=1)}}},
            "places": {"M": {check.check_id: {"N": "1"}}},
            "sold": {"M": {}},
            "trades": {"L": []},
            "raised": {"M": {}},
        }
        if check.by_customer:
            item["first_customer"] = {"S": check.check_id}
        with conditional():
            self._dynamodb().put_item(
                TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)"
            )
        return history_from(plain(item))

    def add(self, key: str, check: Check, weight: int, drop: Iterable[str]) -> History:
        """Adds a check that stands for `weight` checks, and drops the checks `drop`, in one write.

        Raises:
            StaleWriteError: This check is recorded already, or too many others are.
        """
        names = {"#id": check.check_id}
        sets = [
            "checks = checks + :weight",
            "places.#id = checks + :weight",
            "who.#id = :line",
        ]
        values: dict[str, Any] = {
            ":weight": {"N": str(weight)},
            ":line": {"S": check_line(check, weight)},
            ":most": {"N": str(MOST_KEPT)},
        }
        more = ""
        if check.by_customer:
            sets.append("first_customer = if_not_exists(first_customer, :id)")
            values[":id"] = {"S": check.check_id}
            more = " ADD by_customers :weight"
        dropped = {f"#d{place}": check_id for place, check_id in enumerate(drop)}
        has_room = "size(places) < :most"
        if dropped:  # the last of them is still there, so this write drops at least one
            names |= dropped
            has_room = f"({has_room} OR attribute_exists(places.{list(dropped)[-1]}))"
            removed = (f"who.{name}, places.{name}" for name in dropped)
            more = f" REMOVE {', '.join(removed)}{more}"
        with conditional():
            answer = self._dynamodb().update_item(
                TableName=self._table,
                Key={"pk": {"S": key}},
                UpdateExpression=f"SET {', '.join(sets)}{more}",
                ConditionExpression=f"attribute_not_exists(places.#id) AND {has_room}",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        return history_from(plain(answer["Attributes"]))
