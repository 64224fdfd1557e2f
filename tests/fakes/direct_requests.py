"""Every request that our stores send by the client without the SDK, as they send it."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

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
            return {}

        return ask


def requests_in_use() -> list[Request]:
    """The requests, one for each form that they have."""
    found = [
        Request("secret", "secretsmanager", "GetSecretValue", {"SecretId": "arn:aws:é"}),
        *_of("client", lambda client: ClientStore("clients", lambda: client).get("ac_é\x7f")),
    ]
    assert len(found) == 2
    return found


def _of(name: str, ask: Callable[[Any], object]) -> list[Request]:
    recorder = _Recorder()
    ask(cast("Any", recorder))
    return [Request(name, "dynamodb", *each) for each in recorder.asked]
