"""Whom our requests to AWS trust: one TLS context for all of them, with few roots if these suffice.

urllib3 reads its file of roots again for each connection: 126 roots, 20 ms of processor time. AWS's
own certificates come from five of them. Where another one answers (in another partition, at another
endpoint), the first request finds that out, and from then on all 126 are trusted, as without this.

Whom a deployment itself says to trust, and the way by a proxy, stay botocore's business.
"""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from botocore.exceptions import SSLError
from botocore.httpsession import (
    MAX_POOL_CONNECTIONS,
    URLLib3Session,
    create_urllib3_context,
    get_cert_path,
)

if TYPE_CHECKING:
    from ssl import SSLContext

    from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse

AMAZON = Path(__file__).with_name("amazon_roots.pem")
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"


class Trust:
    """A TLS context that trusts few roots, and all of botocore's once these do not suffice."""

    def __init__(self, few: Path, every: str) -> None:
        self.context: SSLContext = create_urllib3_context()
        self.context.load_verify_locations(few)
        self._every = every
        self._lock = Lock()
        self.is_wide = False

    def widen(self) -> None:
        """Trusts all roots from now on. Safe to repeat."""
        with self._lock:
            if not self.is_wide:
                self.context.load_verify_locations(self._every)
                self.is_wide = True


class TrustingSession(URLLib3Session):
    """botocore's HTTP session on a shared context."""

    def __init__(
        self,
        trust: Trust,
        timeout: tuple[float, float],
        max_pool_connections: int = MAX_POOL_CONNECTIONS,
        socket_options: list[str] | None = None,
    ) -> None:
        self._trust = trust
        super().__init__(
            timeout=timeout,  # type: ignore[arg-type] # its stubs allow no pair
            max_pool_connections=max_pool_connections,
            socket_options=socket_options,
        )

    def send(self, request: "AWSRequest | AWSPreparedRequest") -> "AWSResponse":
        """Sends a request; once more if its server's root is not among the few.

        Nothing was sent then: the handshake comes before the first byte of a request.
        """
        was_wide = self._trust.is_wide
        try:
            return super().send(request)
        except SSLError as error:
            if was_wide or _UNTRUSTED not in str(error):
                raise
        self._trust.widen()
        return super().send(request)

    def _get_ssl_context(self) -> "SSLContext":
        return self._trust.context

    def _setup_ssl_cert(self, conn: object, url: str, verify: object) -> None:
        super()._setup_ssl_cert(conn, url, verify)  # type: ignore[misc]
        conn.ca_certs = None  # type: ignore[attr-defined] # else they are read for each connection


@cache
def amazon() -> Trust:
    """The process's trust in AWS."""
    return Trust(AMAZON, str(get_cert_path(True)))


def trusting(made: URLLib3Session, trust: Trust) -> URLLib3Session:
    """That session of a new client on the shared context, or itself if it has its own trust.

    Its own are a deployment's roots (AWS_CA_BUNDLE and the like), a client certificate, a proxy.
    """
    has = vars(made)  # botocore offers no other way to ask
    if has["_verify"] is not True or has["_cert_file"] or has["_proxy_config"]._proxies:
        return made
    patience = has["_timeout"]
    return TrustingSession(
        trust,
        (patience.connect_timeout, patience.read_timeout),
        has["_max_pool_connections"],
        has["_socket_options"],
    )
