"""EasyPost's official client, with our time limits, our retries and our errors."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

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
    from easypost.easypost_client import EasyPostClient

_PIECE = 1 << 16

type Request = "Callable[[EasyPostClient], Any]"
"""What is asked, through one of the client's services."""


class EasyPostApi:
    """An account with EasyPost; its client is made, and its key read, at the first request."""

    def __init__(self, make: "Callable[[], EasyPostClient]") -> None:
        self._make = make
        self._client: EasyPostClient | None = None

    def ask[Answer: Struct](self, request: Request, kind: type[Answer]) -> Answer:
        """What we need of the answer to one request.

        It is sent once: it may have been carried out unanswered.

        Raises:
            ApiRefusedError: EasyPost says why not.
            UnavailableError: No answer in time, or none that says anything: whether the request was
            carried out is not known. Or too many requests; the queue repeats it minutes later.
        """
        # Imported here because scans load no client.
        from easypost.errors.api.api_error import ApiError  # noqa: PLC0415
        from easypost.errors.api.unauthorized_error import UnauthorizedError  # noqa: PLC0415
        from easypost.errors.general.easypost_error import EasyPostError  # noqa: PLC0415

        client = self._client = self._client or self._make()
        try:
            answer: dict[str, Any] = request(client).to_dict()
        except UnauthorizedError as error:
            self._client = None  # the key may have been replaced: read it again next time
            raise UnavailableError("The seller of labels does not take our key.") from error
        except ApiError as error:
            if not error.code:
                raise UnavailableError("The seller of labels does not answer.") from error
            raise ApiRefusedError(str(error.code), error.http_status or 0) from error
        except EasyPostError as error:
            raise UnavailableError("The seller of labels does not answer.") from error
        return read_answer(answer, kind, "EasyPost")

    def file(self, url: str) -> bytes:
        """A file that EasyPost keeps for us, asked for without our key.

        Raises:
            UnavailableError: It is not there in time, too large, or not where files are.
        """
        client = self._client = self._client or self._make()
        check_place(url, client.api_base)
        fetch = client._requests_session.get
        try:
            with fetch(url, timeout=client.timeout, stream=True, allow_redirects=False) as answer:
                page = b"".join(_first(MOST_BYTES + 1, answer.iter_content(_PIECE)))
        except OSError as error:  # each of its transport's errors is one
            raise UnavailableError("A label's page does not come.") from error
        return checked_page(answer.status_code, page)


def _first(most: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Piece by piece, until there is that much."""
    size = 0
    for piece in pieces:
        yield piece
        size += len(piece)
        if size >= most:
            return


def client_at(url: str, key: str, *, seconds: float = SECONDS) -> "EasyPostClient":
    """The official client at that address, with that time limit; it repeats nothing by itself."""
    from easypost.easypost_client import EasyPostClient  # noqa: PLC0415 - scans load no client

    client = EasyPostClient(key, api_base=url, timeout=seconds)  # type: ignore[arg-type]
    session = client._requests_session  # its only way to its retries
    session.trust_env = False  # no proxy, and no .netrc in the place of the key
    adapter: Any = session.get_adapter(url)
    adapter.max_retries = adapter.max_retries.new(total=0, connect=0, read=0)
    return client
