"""One HTTPS connection to AWS at a time: opened, checked before it is used again, given up in time.

It trusts whom `trust.py` trusts, without botocore: few roots, and all once these do not suffice.
"""

import ssl
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from select import POLLIN, poll
from urllib.parse import SplitResult, urlsplit

from aftercare.kernel.http1 import Connection, Reply, ReplyBrokenError

_AMAZON = Path(__file__).with_name("amazon_roots.pem")
_PLAIN, _SECURED = 80, 443
_MOST_IDLE = 10  # as the clients of aws.py


class NoReplyError(Exception):
    """There was no whole reply; `kind` is the name of botocore's exception for the same trouble."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Wire:
    """Connections to one endpoint that are kept open from request to request."""

    def __init__(self, url: str, patience: tuple[float, float]) -> None:
        self.url = url
        self._to: SplitResult = urlsplit(url)
        self._connect_seconds, self._read_seconds = patience
        self._idle: list[Connection] = []

    @property
    def host(self) -> str:
        """The host's name as it is signed, with a port that is not the scheme's own."""
        usual = _SECURED if self._to.scheme == "https" else _PLAIN
        name = self._to.hostname or ""
        name = f"[{name}]" if ":" in name else name
        return name if self._to.port in {None, usual} else f"{name}:{self._to.port}"

    def post(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """The reply to a POST to `/`.

        Raises:
            NoReplyError: Nobody answers, or not in time, or not whole.
        """
        connection = self._kept() or self._opened()
        try:
            reply = connection.post({"Host": self.host, **headers}, body)
        except TimeoutError as error:
            connection.close()
            raise NoReplyError("ReadTimeoutError") from error
        except (OSError, ReplyBrokenError) as error:
            connection.close()
            raise NoReplyError("ConnectionClosedError") from error
        if connection.will_close or len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return reply

    def close(self) -> None:
        """Closes what is idle."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> Connection | None:
        """An idle connection that the server has not closed: then there would be an end to read."""
        while self._idle:
            connection = self._idle.pop()
            if not _has_news(connection):
                return connection
            connection.close()
        return None

    def _opened(self) -> Connection:
        try:
            try:
                connection = self._connected()
            except ssl.SSLCertVerificationError:
                # The handshake comes before the first byte of a request: nothing was sent.
                if not _trust_all():
                    raise
                connection = self._connected()
        except TimeoutError as error:
            raise NoReplyError("ConnectTimeoutError") from error
        except ssl.SSLError as error:
            raise NoReplyError("SSLError") from error
        except OSError as error:
            raise NoReplyError("EndpointConnectionError") from error
        connection.sock.settimeout(self._read_seconds)
        return connection

    def _connected(self) -> Connection:
        is_secured = self._to.scheme == "https"
        context, usual = (_context(), _SECURED) if is_secured else (None, _PLAIN)
        name, port = self._to.hostname or "", self._to.port or usual
        return Connection(name, port, self._connect_seconds, context)


def _has_news(connection: Connection) -> bool:
    watched = poll()
    watched.register(connection.sock, POLLIN)
    return bool(watched.poll(0))


@cache
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks names and certificates
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(_AMAZON)
    return context


@cache
def _every_root() -> str:
    from botocore.httpsession import get_cert_path  # noqa: PLC0415 - few ever need it

    return str(get_cert_path(True))


def _trust_all() -> bool:
    """Trusts all of botocore's roots from now on. Returns whether that is new."""
    is_new = _every_root.cache_info().currsize == 0
    if is_new:
        _context().load_verify_locations(_every_root())
    return is_new
