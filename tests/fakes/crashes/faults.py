"""Faults at writes, injected in the SDK: below our code, above the emulated AWS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError

WRITES = frozenset(
    {
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "TransactWriteItems",
        "PutObject",
        "DeleteObject",
        "CreateMultipartUpload",
        "UploadPart",
        "UploadPartCopy",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
    }
)


class Fault(StrEnum):
    """What happens to one write."""

    CRASH_BEFORE = "the process dies before the write"
    CRASH_AFTER = "the process dies after the write"
    UNSENT = "the request fails and nothing was written"
    UNANSWERED = "the write is done, its answer lost"
    RESENT = "the write is done, its answer lost, and the SDK sends it again"
    RACED = "somebody else acts just before the request, be it a read or a write"


class CrashError(BaseException):
    """The process has ended: no `except Exception` of ours may catch this."""


@dataclass
class Plan:
    """The fault for the n-th write from now; a rival acts before the n-th request of any kind."""

    fault: Fault
    write: int
    rival: Callable[[], object]
    seen: int = 0
    struck: bool = False

    def before(self, operation: str) -> None:
        if self.struck or not (operation in WRITES or self.fault is Fault.RACED):
            return
        self.seen += 1
        if self.seen != self.write:
            return
        self._strike(crash=Fault.CRASH_BEFORE, silence=Fault.UNSENT)
        if self.fault is Fault.RACED:
            self.struck = True
            self.rival()

    def after(self, operation: str) -> None:
        if self._is_due(operation):
            self._strike(crash=Fault.CRASH_AFTER, silence=Fault.UNANSWERED)

    def resend(self, operation: str) -> bool:
        if not self._is_due(operation) or self.fault is not Fault.RESENT:
            return False
        self.struck = True
        return True

    def _strike(self, *, crash: Fault, silence: Fault) -> None:
        """Crashes, or loses the answer, if the plan is one of the two."""
        if self.fault in {crash, silence}:
            self.struck = True
            raise CrashError if self.fault is crash else ReadTimeoutError(endpoint_url="nowhere")

    def _is_due(self, operation: str) -> bool:
        return operation in WRITES and not self.struck and self.seen == self.write


class Saboteur:
    """Hooks into the clients' event systems and carries out the current plan; counts the writes."""

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self.writes = 0

    @contextmanager
    def planted(self) -> Iterator["Saboteur"]:
        hooks: list[tuple[str, Any]] = [
            ("before-call", self._before),
            ("response-received", self._after),
            ("needs-retry", self._resend),
        ]
        sites = [client("dynamodb").meta.events, client("s3").meta.events]
        for events in sites:
            for name, hook in hooks:
                events.register_first(name, hook)
        yield self
        for events in sites:
            for name, hook in hooks:
                events.unregister(name, hook)

    @contextmanager
    def during(self, plan: Plan | None) -> Iterator[None]:
        """Carries out the plan within the block, and catches the plan's exceptions."""
        outer, self._plan = self._plan, plan
        try:
            yield
        finally:
            self._plan = outer

    def _before(self, model: Any, **_: Any) -> None:
        if plan := self._plan:
            with self.during(None):
                plan.before(model.name)

    def _after(self, parsed_response: dict[str, Any], event_name: str = "", **_: Any) -> None:
        operation = event_name.rpartition(".")[2]
        self.writes += operation in WRITES
        if self._plan and "Error" not in parsed_response:
            self._plan.after(operation)

    def _resend(
        self, operation: Any, response: Any = None, **_: Any
    ) -> int | None:  # retried after zero seconds
        ok = response is not None and "Error" not in response[1]
        return 0 if ok and self._plan and self._plan.resend(operation.name) else None


ENDED = (CrashError, AftercareError, BotoCoreError, PynamoDBException)
"""How an act ends that a fault has struck."""


def struck(saboteur: Saboteur, act: Callable[[], object], plan: Plan) -> bool:
    """Whether the plan struck while that was done, however it ended."""
    with suppress(*ENDED), saboteur.during(plan):
        act()
    return plan.struck


def nobody() -> None:
    """No rival."""
