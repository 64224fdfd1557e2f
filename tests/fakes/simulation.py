"""A simulated day in seconds: queues of template.yaml, their workers, an SES that throttles.

Workers are threads of which only one runs at a time: the one whose turn is next on the clock.
"""

import bisect
import heapq
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aftercare.mail.errors import MailThrottledError
from aftercare.mail.model import Letter, Quota
from tests.fakes.aws import Json, answering
from tests.fakes.template import resources, template

DAY = 24 * 3600.0
# What SES takes to answer. The clock moves only by this and by waiting.
ANSWER = 0.05
# A queue that would have more workers than this has never so many messages here.
_MOST_WORKERS = 40

type Handler = Callable[[Json], Json]


class Timeline:
    """The clock, and the threads that wait on it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, threading.Semaphore]] = []
        self._numbers = itertools.count()
        self._scheduler = threading.Semaphore(0)
        self._own = threading.local()
        self._errors: list[BaseException] = []

    def __call__(self) -> float:
        return self.now

    def start(self, act: Callable[[], None], at: float = 0) -> None:
        turn = threading.Semaphore(0)

        def run() -> None:
            self._own.turn = turn
            turn.acquire()
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - it fails the test, on its own thread
                self._errors.append(error)
            finally:
                self._scheduler.release()

        threading.Thread(target=run, daemon=True).start()
        self._enqueue(at, turn)

    def wait(self, seconds: float) -> None:
        turn = self._own.turn
        self._enqueue(self.now + seconds, turn)
        self._scheduler.release()
        turn.acquire()

    def run(self) -> None:
        """Runs until nobody waits; raises what a thread raised."""
        while self._due:
            self.now, _, turn = heapq.heappop(self._due)
            turn.release()
            self._scheduler.acquire()
            if self._errors:
                raise self._errors[0]

    def _enqueue(self, at: float, turn: threading.Semaphore) -> None:
        heapq.heappush(self._due, (at, next(self._numbers), turn))


@dataclass
class Ses:
    """Takes so many mails in any second and any 24 hours, and refuses the others."""

    timeline: Timeline
    rate: int
    daily: int = 50_000
    sent: list[tuple[float, str]] = field(default_factory=list)
    throttled: list[tuple[float, str]] = field(default_factory=list)

    def dispatch(self, to: str, letter: Letter) -> None:
        self.timeline.wait(ANSWER)
        if self._within(DAY) >= self.daily:
            self._refuse(letter.subject, is_daily=True)
        if self._within(1) >= self.rate:
            self._refuse(letter.subject, is_daily=False)
        self.sent.append((self.timeline.now, to))

    def quota(self) -> Quota:
        return Quota(self.daily, self._within(DAY))

    def _refuse(self, subject: str, *, is_daily: bool) -> None:
        self.throttled.append((self.timeline.now, subject))
        raise MailThrottledError("Throttling", is_daily=is_daily)

    def _within(self, seconds: float) -> int:
        earlier = bisect.bisect_right(self.sent, self.timeline.now - seconds, key=lambda it: it[0])
        return len(self.sent) - earlier


@dataclass(order=True)
class _Message:
    visible_at: float
    number: int
    body: Json = field(compare=False)
    arrived: float = field(compare=False)
    receives: int = field(default=0, compare=False)


@dataclass
class SimulatedQueue:
    """A queue of template.yaml with its workers, which get its messages one at a time."""

    name: str
    timeline: Timeline
    waiting: list[_Message] = field(default_factory=list)
    dead: list[Json] = field(default_factory=list)
    lost: list[Json] = field(default_factory=list)
    _hidden: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        row = template()["Mappings"]["Queues"][self.name]
        properties = resources("AWS::SQS::Queue")[f"{self.name}Queue"]
        self._visibility = float(properties["VisibilityTimeout"])
        self._retention = float(properties["MessageRetentionPeriod"])
        self._receives = int(properties["RedrivePolicy"]["maxReceiveCount"])
        self._batch = int(row.get("BatchSize", 1))
        self.workers = min(int(row.get("MaximumConcurrency", _MOST_WORKERS)), _MOST_WORKERS)

    def arrive(self, body: Json, at: float = 0) -> None:
        heapq.heappush(self.waiting, _Message(at, len(self.waiting), body, at))

    def hide(self, handle: str, seconds: float) -> None:
        self._hidden[handle] = self.timeline.now + seconds

    def work(self, handle: Handler) -> None:
        """One worker, until the queue is empty."""
        while self.waiting:
            left = self.waiting[0].visible_at - self.timeline.now
            if left > 0:
                self.timeline.wait(left)
                continue
            if batch := list(itertools.islice(self._received(), self._batch)):
                self._finish(batch, handle({"Records": [self._record(one) for one in batch]}))

    def _received(self) -> Iterator[_Message]:
        while self.waiting and self.waiting[0].visible_at <= self.timeline.now:
            message = heapq.heappop(self.waiting)
            message.receives += 1
            if self.timeline.now - message.arrived > self._retention:
                self.lost.append(message.body)
            elif message.receives > self._receives:
                self.dead.append(message.body)
            else:
                yield message

    def _record(self, message: _Message) -> Json:
        return {
            "messageId": str(message.number),
            "receiptHandle": f"{self.name}-{message.number}",
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-west-2:123456789012:{self.name}",
            "attributes": {"ApproximateReceiveCount": str(message.receives)},
            "body": json.dumps(message.body),
        }

    def _finish(self, batch: list[_Message], answer: Json) -> None:
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in batch:
            if str(message.number) in failed:
                until = self.timeline.now + self._visibility
                handle = f"{self.name}-{message.number}"
                message.visible_at = self._hidden.pop(handle, until)
                heapq.heappush(self.waiting, message)


@dataclass
class Queues:
    """The mailer's queues on one clock."""

    timeline: Timeline
    every: dict[str, SimulatedQueue]

    @contextmanager
    def on_aws(self) -> Iterator[None]:
        """Answers what the mailer asks of SQS."""
        with ExitStack() as stack:
            stack.enter_context(answering("sqs", "GetQueueUrl", self._url))
            stack.enter_context(answering("sqs", "ChangeMessageVisibility", self._hide))
            yield

    def run(self, handler: Handler) -> None:
        """Runs all workers of all queues until every queue is empty."""
        with self.on_aws():
            for queue in self.every.values():
                for _ in range(queue.workers):
                    self.timeline.start(lambda queue=queue: queue.work(handler))  # type: ignore[misc]
            self.timeline.run()

    @property
    def failures(self) -> list[Any]:
        """Dead letters, and messages that were older than their queue keeps them."""
        return [body for queue in self.every.values() for body in queue.dead + queue.lost]

    @staticmethod
    def _url(request: Json) -> Json:
        return {"QueueUrl": f"https://sqs.example/{request['QueueName']}"}

    def _hide(self, request: Json) -> Json:
        name = request["QueueUrl"].rpartition("/")[2]
        self.every[name].hide(request["ReceiptHandle"], request["VisibilityTimeout"])
        return {}
