"""Posts requests on one HTTP/1.1 connection (RFC 9112), and reads whole replies.

Not by `http.client`: it loads the parser of mails for the headers, a tenth of what a forged code
may take in all.
"""

import socket
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from ssl import SSLContext

_LONGEST_LINE, _MOST_LINES = 65_536, 100
_FIRST_FINAL, _WITHOUT_CONTENT = 200, frozenset({204, 304})


class Reply(NamedTuple):
    """What a server replied; headers by their names in lower case, the first of each name."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class ReplyBrokenError(Exception):
    """The server's reply is not HTTP, or ends too early."""


class Connection:
    """A connection to a server, over TLS if there is a context of it.

    Raises:
        OSError: Nobody answers there, or nobody whom the context trusts.
    """

    def __init__(self, name: str, port: int, seconds: float, context: "SSLContext | None") -> None:
        # Bytes: text would load the tables of IDNA, for names that have no use for them.
        host: Any = name.encode() if name.isascii() else name
        self.sock = socket.create_connection((host, port), seconds)
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context:
                self.sock = context.wrap_socket(self.sock, server_hostname=host)
        except BaseException:
            self.sock.close()
            raise
        self.will_close = False
        self._reply: BinaryIO

    def post(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """The reply to a POST to `/`.

        Raises:
            TimeoutError, OSError, ReplyBrokenError: There is none, or none that is whole.
        """
        stated = {**headers, "Accept-Encoding": "identity", "Content-Length": str(len(body))}
        lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in stated.items())]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header of more than one line")
        self.sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        # A reader for each reply: what a server sends beyond one is no reply to the next request.
        with self.sock.makefile("rb") as self._reply:
            return self._read()

    def _read(self) -> Reply:
        version, status = self._status()
        found = dict(self._headers())
        while status < _FIRST_FINAL:  # more is to come
            version, status = self._status()
            found = dict(self._headers())
        stays = found.get("connection", "").lower()
        self.will_close = "close" in stays or (version == "HTTP/1.0" and "keep-alive" not in stays)
        content = b"" if status in _WITHOUT_CONTENT else self._content(found)
        return Reply(status, found, content)

    def close(self) -> None:
        self.sock.close()

    def _status(self) -> tuple[str, int]:
        version, _, rest = self._line().partition(" ")
        status = rest[:3]
        if not version.startswith("HTTP/1.") or not (status.isascii() and status.isdigit()):
            raise ReplyBrokenError
        return version, int(status)

    def _headers(self) -> Iterator[tuple[str, str]]:
        """In reverse, so that the first of a name is the one that stays in a mapping."""
        found = list[tuple[str, str]]()
        while line := self._line():
            name, colon, value = line.partition(":")
            if not colon or len(found) == _MOST_LINES:
                raise ReplyBrokenError
            found.append((name.lower(), value.strip()))
        return reversed(found)

    def _line(self) -> str:
        line = self._reply.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ReplyBrokenError
        return line.decode("latin-1").rstrip("\r\n")

    def _content(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            return self._whole(int(length))
        self.will_close = True
        return self._reply.read()

    def _chunks(self) -> Iterator[bytes]:
        while size := self._size():
            yield self._whole(size)
            self._line()
        while self._line():
            pass

    def _size(self) -> int:
        try:
            return int(self._line().partition(";")[0], 16)
        except ValueError:
            raise ReplyBrokenError from None

    def _whole(self, size: int) -> bytes:
        content = self._reply.read(size)
        if len(content) < size:
            raise ReplyBrokenError
        return content
