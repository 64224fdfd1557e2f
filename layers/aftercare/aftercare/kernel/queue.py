"""A queue to send messages to: ten a request, each result read separately."""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from aftercare.kernel.aws import client
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.observe import failure, logger

_MOST_IN_BATCH = 10


class UnsentError(UnavailableError):
    """The queue took only some of the messages, or none."""

    code = "unsent"


class Queue:
    """One SQS queue."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, bodies: Iterable[str]) -> None:
        """Sends the messages.

        Raises:
            UnsentError: The queue refused some of them; the error does not say which.
        """
        for group in batched(bodies, _MOST_IN_BATCH, strict=False):
            entries: list[Any] = [
                {"Id": str(place), "MessageBody": body} for place, body in enumerate(group)
            ]
            try:
                sent = client("sqs").send_message_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                logger.warning("the queue does not answer", extra=failure(error))
                raise UnsentError("The queue does not answer.", messages=len(group)) from error
            if failed := sent.get("Failed"):
                raise UnsentError("The queue did not take every message.", messages=len(failed))
