"""The bus: ten entries a request, each result read separately."""

from collections.abc import Sequence
from itertools import batched

from botocore.exceptions import BotoCoreError, ClientError

from aftercare.kernel.aws import client
from aftercare.kernel.observe import failure, logger
from aftercare.kernel.timeline import Entry

_SOURCE = "aftercare"
_MOST = 10


def put(bus: str, entries: Sequence[Entry]) -> list[Entry]:
    """Puts the entries on the bus; returns the refused ones."""
    return [entry for group in batched(entries, _MOST, strict=False) for entry in _put(bus, group)]


def _put(bus: str, entries: tuple[Entry, ...]) -> list[Entry]:
    try:
        answer = client("events").put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": _SOURCE,
                    "DetailType": entry.entry_type,
                    "Detail": entry.to_detail(),
                    "Time": entry.occurred_at,
                }
                for entry in entries
            ]
        )
    except (BotoCoreError, ClientError) as error:
        logger.warning("the bus does not answer", extra=failure(error))
        return list(entries)
    results = zip(entries, answer["Entries"], strict=True)
    return [entry for entry, result in results if "ErrorCode" in result]
