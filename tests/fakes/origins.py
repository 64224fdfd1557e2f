"""A made-up internet: hosts with addresses, and what a server sends over a connection."""

from collections.abc import Buffer, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from aftercare.pictures.download import Downloads

PUBLIC = "93.184.215.14"


def answer(body: bytes = b"picture", status: str = "200 OK", **headers: str) -> bytes:
    """An answer as a server sends it; `content_length` names a header."""
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Origins:
    """Hosts' addresses, one list for each time that they are resolved, and servers' answers."""

    answers: Mapping[str, bytes]
    addresses: Mapping[str, list[list[str]]] = field(default_factory=dict)
    seconds_a_byte: float = 0.0
    piece: int = 65536
    now: float = 0.0
    resolved: list[str] = field(default_factory=list)
    connections: list[tuple[str, str]] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    def downloads(self) -> Downloads:
        return Downloads(self.resolve, cast("Any", self.connect), lambda: self.now)

    def resolve(self, host: str) -> list[str]:
        times = self.resolved.count(host)
        self.resolved.append(host)
        found = self.addresses.get(host, [[PUBLIC]])
        return found[min(times, len(found) - 1)]

    def connect(self, address: str, host: str, _seconds: float) -> "_Connection":
        self.connections.append((address, host))
        return _Connection(self, memoryview(self.answers.get(host, b"")))


@dataclass
class _Connection:
    """A socket, as far as it is used."""

    origins: Origins
    left: memoryview

    def sendall(self, data: bytes) -> None:
        self.origins.requests.append(data)

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def recv_into(self, buffer: Buffer) -> int:
        room = memoryview(buffer)
        taken = self.left[: min(len(room), self.origins.piece)]
        room[: len(taken)] = taken
        self.left = self.left[len(taken) :]
        self.origins.now += self.origins.seconds_a_byte * len(taken)
        return len(taken)

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> "_Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
