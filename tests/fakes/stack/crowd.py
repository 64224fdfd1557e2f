"""Many customers of a seller who all write at once; some of what they send comes twice."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from tests.fakes.stack.till import MOST_AT_ONCE, Till

# As a client does that is told to try again, or gets no answer in time.
_AGAIN = frozenset({409, 429, 500, 502, 503, 504})
_MOST_TRIES = 20
_PAUSE = 0.2
_EVERY_OTHER = 3
"""One message in so many is sent twice, the second time at once."""


class Message(NamedTuple):
    """One message of the seller's system; sent again, it is the same."""

    ticket: str
    key: str
    words: str


@dataclass
class Sent:
    """What became of the messages that were sent: seconds of each answer, and tries that failed."""

    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)
    again: Counter[int] = field(default_factory=Counter)
    refused: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Messages answered in a second, those that came twice counted twice."""
        return len(self.answers) / self.seconds


@dataclass
class Crowd:
    """Customers of a seller, each with a ticket."""

    till: Till
    name: str
    tickets: dict[str, list[str]] = field(default_factory=dict)

    @property
    def said(self) -> int:
        """How many messages there are, each counted once."""
        return sum(map(len, self.tickets.values()))

    def arrives(self, customers: int) -> None:
        """Each customer's first message opens a ticket."""
        for customer in range(customers):
            words = f"{self.name}: the first of {customer}"
            body = {"email": f"{self.name}.{customer}@example.com", "topic": "other"}
            key = f"{self.name}-{customer}"
            answer = self.till.ask("POST", "/tickets", body | {"words": words}, _key(key))
            assert answer.status == 201, answer.data
            self.tickets[answer.json()["ticket"]] = [words]

    def messages(self, each: int) -> Iterator[Message]:
        """So many messages of each customer, in turn; some of them twice."""
        numbers = count()
        for turn in range(each):
            for ticket, said in self.tickets.items():
                number = next(numbers)
                message = Message(ticket, f"{self.name}-{turn}-{ticket}", f"Message {number}.")
                said.append(message.words)
                yield message
                if number % _EVERY_OTHER == 0:
                    yield message

    def write(self, each: int, rate: float) -> Sent:
        """Sends the messages, so many a second at most, and each until it is taken."""
        sent, started = Sent(), time.perf_counter()

        def send(place: int, message: Message) -> None:
            time.sleep(max(0.0, started + place / rate - time.perf_counter()))
            self._send(message, sent)

        with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
            jobs = [pool.submit(send, *job) for job in enumerate(self.messages(each))]
        for job in jobs:
            job.result()
        sent.seconds = time.perf_counter() - started
        return sent

    def held(self) -> dict[str, Counter[str]]:
        """What each ticket has, by how often."""
        return {ticket: Counter(self._words(ticket)) for ticket in self.tickets}

    def differences(self) -> tuple[int, int]:
        """How many messages are in no ticket of theirs, and how many are there more than once."""
        lost = doubled = 0
        for ticket, found in self.held().items():
            wanted = Counter(self.tickets[ticket])
            lost += (wanted - found).total()
            doubled += (found - wanted).total()
        return lost, doubled

    def _send(self, message: Message, sent: Sent) -> None:
        begun = time.perf_counter()
        for _ in range(_MOST_TRIES):
            answer = self.till.ask(
                "POST",
                f"/tickets/{message.ticket}/messages",
                {"words": message.words},
                _key(message.key),
            )
            if answer.status not in _AGAIN:
                break
            sent.again[answer.status] += 1
            time.sleep(_PAUSE)
        sent.answers.append(time.perf_counter() - begun)
        if answer.status not in {200, 201}:
            sent.refused.append(answer.data)

    def _words(self, ticket: str) -> list[str]:
        answer = self.till.ask("GET", f"/tickets/{ticket}")
        assert answer.status == 200, answer.data
        return [each["words"] for each in answer.json()["messages"]]


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}
