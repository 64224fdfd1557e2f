"""The queue where entries wait that the bus refused: ten a request, each result read separately."""

import json
from collections.abc import Sequence
from itertools import batched

from botocore.exceptions import BotoCoreError, ClientError

from aftercare.kernel.aws import client
from aftercare.kernel.observe import failure, logger
from aftercare.kernel.timeline import Entry

_MOST = 10


def keep(queue_url: str, entries: Sequence[Entry]) -> list[Entry]:
    """Puts entries into the retry queue, shaped like events; returns the refused ones."""
    return [
        entry
        for group in batched(entries, _MOST, strict=False)
        for entry in _keep(queue_url, group)
    ]


def _keep(queue_url: str, entries: tuple[Entry, ...]) -> list[Entry]:
    try:
        answer = client("sqs").send_message_batch(
            QueueUrl=queue_url,
            Entries=[
                {
                    "Id": str(place),
                    "MessageBody": json.dumps({"detail": json.loads(entry.to_detail())}),
                }
                for place, entry in enumerate(entries)
            ],
        )
    except (BotoCoreError, ClientError) as error:
        logger.warning("the retry queue does not answer", extra=failure(error))
        return list(entries)
    return [entries[int(failure["Id"])] for failure in answer.get("Failed", [])]
