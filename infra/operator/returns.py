"""The returns of a stack, or of an export of its table, as operators' commands read them."""

import gzip
import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from aftercare.returns.explaining import ExplainingService
from aftercare.returns.model import Return
from infra.local.settings import StackError


def stored_returns(arguments: Namespace) -> Iterator[Return]:
    """Every return of the stack, or of the export that is named."""
    if arguments.export:
        return _exported(Path(arguments.export))
    return explaining(arguments).store.every()


def explaining(arguments: Namespace) -> ExplainingService:
    """What reads the stack's orders and returns, and writes nothing."""
    # Imported now: they load the SDK.
    from aftercare.returns.wiring import ExplainingConfig, explaining_service  # noqa: PLC0415
    from infra.operator.target import target  # noqa: PLC0415

    stack = target(arguments)
    tables = (stack.output(name) for name in ("ReturnsTable", "OrdersTable", "BatchesTable"))
    return explaining_service(ExplainingConfig(*tables))


def _exported(folder: Path) -> Iterator[Return]:
    """The returns in what DynamoDB exported to S3 (DYNAMODB_JSON), copied here."""
    from aftercare.returns.store import ReturnStore  # noqa: PLC0415 - as above

    paths = sorted(folder.rglob("*.json.gz"))
    if not paths:
        raise StackError(f"There are no .json.gz files below {folder}.")
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            exported = (ReturnStore.exported(json.loads(line)["Item"]) for line in lines)
            yield from filter(None, exported)
