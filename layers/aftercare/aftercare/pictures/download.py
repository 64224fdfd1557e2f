"""Downloads a picture from an address that somebody else chose, and reaches nothing of our own."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Buffer, Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from aftercare.pictures.errors import PictureRefusedError
from aftercare.pictures.model import MOST_BYTES

MOST_SECONDS = 6.0
_MOST_REDIRECTS = 3
_PORT = 443
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "aftercare"}

type Resolve = Callable[[str], list[str]]
type Connect = Callable[[str, str, float], socket.socket]


def addresses_of(host: str) -> list[str]:
    """The addresses of a host, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def connected(address: str, host: str, seconds: float) -> socket.socket:
    """A connection to that address, encrypted, with the certificate checked for the host."""
    plain = socket.create_connection((address, _PORT), timeout=seconds)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


class _Reading(io.RawIOBase):
    """What a socket receives, each time within what is left."""

    def __init__(self, link: socket.socket, left: Callable[[], float]) -> None:
        self._link, self._left = link, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        self._link.settimeout(self._left())
        return self._link.recv_into(buffer)


class _Timed:
    """A socket as `http.client` uses it, whose time ends: a server that drips cannot extend it."""

    def __init__(self, link: socket.socket, left: Callable[[], float]) -> None:
        self._link, self._left = link, left

    def sendall(self, data: bytes) -> None:
        self._link.settimeout(self._left())
        self._link.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._link, self._left))

    def close(self) -> None:
        self._link.close()


@dataclass(frozen=True, slots=True)
class Downloads:
    """Fetches by https, from public addresses only, without cookies or a referrer.

    A host's addresses are resolved once and checked all; the connection goes to the one that was
    checked, so that a second answer of the resolver cannot lead elsewhere. Each redirect is checked
    likewise.
    """

    resolve: Resolve = addresses_of
    connect: Connect = connected
    monotonic: Callable[[], float] = time.monotonic

    def get(self, url: str) -> bytes:
        """The bytes at that address: 5 MB at most, within 6 seconds in all. Safe to repeat.

        Raises:
            PictureRefusedError: Anything else is there, or nothing.
        """
        ends = self.monotonic() + MOST_SECONDS
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                found = self._answer(url, ends)
                if isinstance(found, bytes):
                    return found
                url = urljoin(url, found)
        # UnicodeError: a host that is no name. ValueError: an address or a header that is none.
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _refused(type(error).__name__) from error
        raise _refused("redirects")

    def _answer(self, url: str, ends: float) -> bytes | str:
        """The picture, or the address to which the answer leads."""
        parts = urlsplit(url)
        host = _host(parts)
        address = self._public_address(host)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(host)
        with self.connect(address, host, self._left(ends)) as encrypted:
            connection.sock = _Timed(encrypted, lambda: self._left(ends))
            connection.request("GET", target, headers=_HEADERS)
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return response.getheader("Location") or ""
            if response.status != http.client.OK:
                raise _refused(f"status {response.status}")
            body = response.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise _refused("size")
            return body

    def _public_address(self, host: str) -> str:
        found = self.resolve(host)
        if not found or not all(_is_public(ip_address(each)) for each in found):
            raise _refused("address")
        return found[0]

    def _left(self, ends: float) -> float:
        left = ends - self.monotonic()
        if left <= 0:
            raise _refused("time")
        return left


def _host(parts: SplitResult) -> str:
    """The host's name, in ASCII.

    Raises:
        PictureRefusedError: Not https on its own port, or with a user's name.
    """
    if parts.scheme != "https" or parts.port not in {None, _PORT} or parts.username is not None:
        raise _refused("url")
    if not parts.hostname:
        raise _refused("url")
    return parts.hostname.encode("idna").decode("ascii")


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is a host's on the internet; what carries an IPv4 address inside is judged by it.

    NAT64 leads a network without IPv4 to any address of it, our own networks included.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None or address.teredo is not None or _is_nat64(address):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_nat64(address: IPv6Address) -> bool:
    return address.packed[:4] == b"\x00\x64\xff\x9b"


def _refused(reason: str) -> PictureRefusedError:
    return PictureRefusedError("There is no picture that we can fetch.", reason=reason)
