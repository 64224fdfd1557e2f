"""The table of batches as checks read it: without the SDK, on the items of `store.py`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from aftercare.batches.layout import BATCHES, KEY, batch_from, batch_id_in
from aftercare.batches.model import Batch, BatchStatus, ProductBatch
from aftercare.kernel.direct import dynamodb, plain, reading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Columns = dict[str, Any]

_BY_STATUS = "by_status"
_IN_PARTITION = "pk = :pk AND "


class ShelfStore:
    """Batches in DynamoDB."""

    def __init__(self, table_name: str, client: "Callable[[], DynamoDBClient]" = dynamodb) -> None:
        self._table = table_name
        self._dynamodb = client

    def covering(self, key_id: int, serial: int) -> Batch | None:
        """The batch that has the serial: one consistent read, however many batches there are.

        Raises:
            UnavailableError: The table does not answer.
        """
        # Batches of a key id do not overlap: only the last that starts at or before it can have it.
        with reading("batches"):
            answer = self._dynamodb().query(
                TableName=self._table,
                KeyConditionExpression=f"{_IN_PARTITION}sk BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":pk": {"S": BATCHES},
                    ":first": {"S": f"{key_id:02d}#"},
                    ":last": {"S": f"{key_id:02d}#{serial:010d}"},
                },
                ConsistentRead=True,
                ScanIndexForward=False,
                Limit=1,
            )
        batch = next((batch_from(plain(item)) for item in answer["Items"]), None)
        return batch if batch and batch.covers(serial) else None

    def leaked(self) -> frozenset[int]:
        """The key ids that leaked, read consistently.

        Raises:
            UnavailableError: The table does not answer.
        """
        rows = self._rows(
            KeyConditionExpression=f"{_IN_PARTITION}begins_with(sk, :key)",
            ExpressionAttributeValues={":pk": {"S": BATCHES}, ":key": {"S": KEY}},
            ConsistentRead=True,
        )
        return frozenset(int(row["sk"].removeprefix(KEY)) for row in rows)

    def recalled(self) -> frozenset[str]:
        """The SKUs of which a batch is recalled, as the index by status has them.

        Raises:
            UnavailableError: The table does not answer.
        """
        return frozenset(row["sku"] for row in self._with_status(BatchStatus.RECALLED))

    def of_product(self, sku: str) -> tuple[ProductBatch, ...]:
        """The product's batches that were issued, as the index by status has them.

        Raises:
            UnavailableError: The table does not answer.
        """
        issued = [status for status in BatchStatus if status is not BatchStatus.DRAFT]
        return tuple(
            ProductBatch(batch_id_in(row["sk"]), row.get("batch_code") or "", status)
            for status in issued
            for row in self._with_status(status, sku)
        )

    def _with_status(self, status: BatchStatus, sku: str = "") -> Iterator[Columns]:
        values: Columns = {":status": {"S": status}}
        if sku:
            values[":sku"] = {"S": sku}
        return self._rows(
            IndexName=_BY_STATUS,
            KeyConditionExpression="#status = :status" + (" AND sku = :sku" if sku else ""),
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=values,
        )

    def _rows(self, **query: Any) -> Iterator[Columns]:  # noqa: ANN401 - a query's parameters
        """The rows of all pages."""
        while True:
            with reading("batches"):
                answer: Columns = self._dynamodb().query(TableName=self._table, **query)  # type: ignore[assignment]
            yield from map(plain, answer["Items"])
            if not (last := answer.get("LastEvaluatedKey")):
                return
            query["ExclusiveStartKey"] = last
