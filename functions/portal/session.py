"""The session: a signed cookie that opens one mailbox's orders for 30 minutes."""

import secrets
from dataclasses import astuple, dataclass, replace

from itsdangerous import BadData, Signer, URLSafeTimedSerializer

from portal.cookies import Cookie

LIFETIME_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class Session:
    """Who a browser has proved to be. `nonce` changes at sign-in, and with it every form's token.

    `email_key` is set once a code proved the mailbox; `request_id` while a code is awaited;
    `wanted` is the page of ours that they were on their way to.
    """

    nonce: str
    email_key: str = ""
    request_id: str = ""
    wanted: str = ""

    @property
    def signed_in(self) -> bool:
        return bool(self.email_key)


def anonymous() -> Session:
    return Session(secrets.token_urlsafe(16))


def signed_in(email_key: str) -> Session:
    return replace(anonymous(), email_key=email_key)


class Sessions:
    """Writes sessions into cookies and reads them back; what was not signed by us is nobody's."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="portal.session")
        self._signer = Signer(key, salt="portal.csrf")
        self._cookie = Cookie("aftercare", LIFETIME_SECONDS, secure=secure)

    def read(self, cookie_header: str) -> Session | None:
        """The session in a Cookie header, unless it is missing, forged, foreign or too old."""
        value = self._cookie.read(cookie_header)
        return self._load(value) if value else None

    def write(self, session: Session) -> str:
        """The Set-Cookie header's value."""
        value = self._serializer.dumps(astuple(session))
        return self._cookie.write(value if isinstance(value, str) else value.decode())

    def token(self, session: Session) -> str:
        """The token that each form of this session carries."""
        return self._signer.get_signature(session.nonce).decode()

    def is_from(self, session: Session, token: str) -> bool:
        """Whether a form with that token came from a page of this session, in constant time."""
        return self._signer.verify_signature(session.nonce, token)

    def _load(self, value: str) -> Session | None:
        try:
            return Session(*map(str, self._serializer.loads(value, max_age=LIFETIME_SECONDS)))
        except (BadData, TypeError):
            return None
