"""Shippo's API over urllib3: plain JSON, our time limit, no repetitions, our errors."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from aftercare.kernel.errors import UnavailableError
from aftercare.labels.carriers.sellers import (
    MOST_BYTES,
    SECONDS,
    check_place,
    checked_page,
    read_answer,
)
from aftercare.labels.errors import ApiRefusedError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

# The newest version of the API; each request pins it.
_VERSION = "2018-02-08"
_OUR_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# What says nothing of the request itself: it may be sent again later.
_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)


class Pool(Protocol):
    """Sends a request once, as urllib3's pool does; a file is read afterwards, piece by piece."""

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None,
        *,
        headers: Mapping[str, str],
        preload_content: bool = True,
    ) -> "BaseHTTPResponse": ...


class ShippoApi:
    """An account with Shippo; its key is read, and its connection made, at the first request."""

    def __init__(self, url: str, read_key: Callable[[], str], pool: Pool | None = None) -> None:
        self._url = url.rstrip("/")
        self._read_key = read_key
        self._key = ""
        self._pool = pool

    def ask[Answer: Struct](
        self,
        method: str,
        path: str,
        kind: type[Answer],
        body: Mapping[str, object] | None = None,
    ) -> Answer:
        """What we need of the answer to one request, which is sent as `answer` sends it.

        Raises:
            UnavailableError: As `answer`, or it lacks something that we need.
            ApiRefusedError: As `answer`.
        """
        return read_answer(self.answer(method, path, body), kind, "Shippo")

    def answer(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """The whole answer to one request.

        It is sent once: it may have been carried out unanswered.

        Raises:
            ApiRefusedError: Shippo refuses; the reason is which fields of the request it names.
            UnavailableError: No answer in time, or none that says anything: whether the request was
            carried out is not known. Or too many requests; the queue repeats it minutes later.
        """
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - scans load no client

        self._key = self._key or self._read_key()
        pool = self._pool = self._pool or pool_of()
        headers = {
            "Authorization": f"ShippoToken {self._key}",
            "SHIPPO-API-VERSION": _VERSION,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        sent = None if body is None else json.dumps(body).encode()
        try:
            answer = pool.request(method, f"{self._url}{path}", sent, headers=headers)
        except HTTPError as error:
            raise UnavailableError("The seller of labels does not answer.") from error
        return self._read(answer.status, answer.data)

    def file(self, url: str) -> bytes:
        """A file that Shippo keeps for us, asked for without our key.

        Raises:
            UnavailableError: It is not there in time, too large, or not where files are.
        """
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - scans load no client

        check_place(url, self._url)
        pool = self._pool = self._pool or pool_of()
        try:
            answer = pool.request("GET", url, None, headers={}, preload_content=False)
            try:
                page = answer.read(MOST_BYTES + 1)
            finally:
                answer.close()
        except HTTPError as error:
            raise UnavailableError("A label's page does not come.") from error
        return checked_page(answer.status, page)

    def _read(self, status: int, content: bytes) -> dict[str, Any]:
        if status in _OUR_KEY:
            self._key = ""  # the key may have been replaced: read it again next time
            raise UnavailableError("The seller of labels does not take our key.")
        if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnavailableError("The seller of labels does not answer.", status=status)
        answer = _object(content)
        if status >= HTTPStatus.BAD_REQUEST:
            raise ApiRefusedError(",".join(sorted(answer)), status)
        if not answer:
            raise UnavailableError("The seller of labels does not answer.", status=status)
        return answer


def _object(content: bytes) -> dict[str, Any]:
    """The JSON object; an empty one if it is something else."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def pool_of(seconds: float = SECONDS) -> "PoolManager":
    """Connections with that time limit; nothing is repeated and no redirect followed."""
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - scans load no client

    return PoolManager(retries=False, timeout=Timeout(total=seconds))
