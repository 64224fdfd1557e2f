"""Reports a carrier's scan of a parcel, until carriers report their own."""

import json
from argparse import Namespace
from datetime import UTC, datetime

from aftercare.labels.scans import SOURCE, TYPES, scan
from infra.local.settings import StackError
from infra.operator.asking import confirm
from infra.operator.target import target


def report(arguments: Namespace) -> None:
    """Put the scan on the bus, as a carrier's hook would."""
    detail = detail_of(arguments, datetime.now(UTC))
    number = scan(detail).tracking_number
    stack = target(arguments)
    confirm(arguments, stack, f"report that the parcel {number} is {arguments.kind}")
    answer = stack.session.client("events").put_events(
        Entries=[
            {
                "EventBusName": stack.output("EventBus"),
                "Source": SOURCE,
                "DetailType": TYPES[0],
                "Detail": json.dumps(detail),
            }
        ]
    )
    if answer["FailedEntryCount"]:
        raise StackError("The bus did not take the scan. Try again.")
    print("Reported. Its return shows it in a moment; a number that no label has is a dead letter.")


def detail_of(arguments: Namespace, now: datetime) -> dict[str, str]:
    """The carrier's event."""
    return {
        "tracking_number": arguments.tracking,
        "kind": arguments.kind,
        "carrier": arguments.carrier,
        "occurred_at": now.isoformat(),
    }
