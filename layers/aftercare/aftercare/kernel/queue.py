"""A queue to send messages to, ten a request; and a message that is hidden for a while."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
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


def hide(queue_arn: str, receipt_handle: str, pause: timedelta) -> None:
    """Hides a received message for so long, in whole seconds.

    If the queue refuses, the message stays hidden as long as the queue hides each message.
    """
    seconds = round(pause.total_seconds())
    try:
        client("sqs").change_message_visibility(
            QueueUrl=_url_of(queue_arn), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )
    except (BotoCoreError, ClientError) as error:
        logger.warning("the message was not hidden", extra=failure(error))


@cache
def _url_of(queue_arn: str) -> str:
    name = queue_arn.rpartition(":")[2]
    return client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
