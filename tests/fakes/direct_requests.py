"""Every request that our stores send by the client without the SDK, as they send it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from aftercare.authenticity.history_store import HistoryStore
from aftercare.authenticity.model import Audience, Check
from aftercare.batches.shelf_store import ShelfStore
from aftercare.clients.store import ClientStore

type Json = dict[str, Any]


class Request(NamedTuple):
    """An operation, as botocore's clients name it, and its parameters."""

    name: str
    service: str
    operation: str
    body: Json

    @property
    def method(self) -> str:
        """The method of botocore's clients."""
        words = "".join(f"_{each.lower()}" if each.isupper() else each for each in self.operation)
        return words.removeprefix("_")


class _Recorder:
    """A client that keeps what is asked, and finds nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Json]] = []

    def __getattr__(self, name: str) -> Callable[..., Json]:
        def ask(**request: Any) -> Json:
            self.asked.append(("".join(map(str.title, name.split("_"))), request))
            return {"Items": [], "Attributes": {}}

        return ask


def requests_in_use() -> list[Request]:
    """The requests, one for each form that they have."""
    found = [
        Request("secret", "secretsmanager", "GetSecretValue", {"SecretId": "arn:aws:é"}),
        *_of("client", lambda client: ClientStore("clients", lambda: client).get("ac_é\x7f")),
        *(each for name, ask in _OF_CHECKS.items() for each in _of(name, ask)),
    ]
    assert len(found) >= 2 + len(_OF_CHECKS)
    return found


def _histories(client: Any) -> HistoryStore:
    return HistoryStore("authenticity", lambda: client)


def _shelf(client: Any) -> ShelfStore:
    return ShelfStore("batches", lambda: client)


_CHECK = Check("c-é", datetime(2026, 11, 29, tzinfo=UTC), "US", Audience.CUSTOMER)
_TILLS = replace(_CHECK, audience=Audience.STORE, store_id="S-0412", told=frozenset())
_OF_CHECKS: dict[str, Callable[[Any], object]] = {
    "history": lambda client: _histories(client).get("00-1"),
    "first check": lambda client: _histories(client).open("00-1", _CHECK),
    "first check by a till": lambda client: _histories(client).open("00-1", _TILLS),
    "check": lambda client: _histories(client).add("00-1", _CHECK, 2, []),
    "check by a till": lambda client: _histories(client).add("00-1", _TILLS, 1, []),
    "check that drops": lambda client: _histories(client).add("00-1", _CHECK, 1, ["a", "b"]),
    "batch": lambda client: _shelf(client).covering(0, 1),
    "leaked": lambda client: _shelf(client).leaked(),
    "recalled": lambda client: _shelf(client).recalled(),
    "product": lambda client: _shelf(client).of_product("BB-1"),
}


def _of(name: str, ask: Callable[[Any], object]) -> list[Request]:
    recorder = _Recorder()
    ask(cast("Any", recorder))
    return [Request(name, "dynamodb", *each) for each in recorder.asked]
