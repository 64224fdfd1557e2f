"""Sessions in signed cookies."""

from dataclasses import astuple

from itsdangerous import BadData, Signer, URLSafeTimedSerializer

from aftercare.web.cookies import Cookie
from aftercare.web.session import Session


class Sessions[S: Session]:
    """Writes an application's sessions into cookies, and reads those that it has signed.

    `purpose` keeps one application's cookies and tokens from being used with another.
    """

    def __init__(self, key: bytes, kind: type[S], cookie: Cookie, purpose: str) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt=f"{purpose}.session")
        self._signer = Signer(key, salt=f"{purpose}.csrf")
        self._kind = kind
        self._cookie = cookie

    def read(self, cookie_header: str) -> S | None:
        """The session in a Cookie header, unless it is missing, forged or too old."""
        value = self._cookie.read(cookie_header)
        return self._load(value) if value else None

    def write(self, session: S) -> str:
        """The value of the Set-Cookie header."""
        value = self._serializer.dumps(astuple(session))
        return self._cookie.write(value if isinstance(value, str) else value.decode())

    def token(self, session: S) -> str:
        """The token that each form of this session carries."""
        return self._signer.get_signature(session.nonce).decode()

    def is_from(self, session: S, token: str) -> bool:
        """Whether a form with that token came from a page of this session, in constant time."""
        return self._signer.verify_signature(session.nonce, token)

    def _load(self, value: str) -> S | None:
        try:
            members = self._serializer.loads(value, max_age=self._cookie.lifetime)
            return self._kind(*map(str, members))
        except (BadData, TypeError):
            return None
