"""Sessions, and what refused forms leave, in signed cookies."""

from collections.abc import Mapping
from dataclasses import astuple

from itsdangerous import BadData, Signer, URLSafeTimedSerializer

from aftercare.web.cookies import Cookie
from aftercare.web.flash import Flash
from aftercare.web.session import Session

FLASH_SECONDS = 120
# A form that came without a session waits until the customer has signed in again.
KEPT_SECONDS = 30 * 60
# Browsers drop a cookie of more than 4096 bytes, with its name and flags.
_MOST_FLASHED = 3_600


class Sessions[S: Session]:
    """Writes an application's sessions into cookies, and reads those that it has signed.

    `purpose` keeps one application's cookies and tokens from being used with another.
    """

    def __init__(self, key: bytes, kind: type[S], cookie: Cookie, purpose: str) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt=f"{purpose}.session")
        self._signer = Signer(key, salt=f"{purpose}.csrf")
        self._kind = kind
        self._cookie = cookie
        self.flashes = Flashes(key, purpose, secure=cookie.secure)
        self.kept = Flashes(key, purpose, "kept", KEPT_SECONDS, secure=cookie.secure)

    def read(self, cookie_header: str) -> S | None:
        """The session in a Cookie header, unless it is missing, forged or too old."""
        value = self._cookie.read(cookie_header)
        return self._load(value) if value else None

    def write(self, session: S) -> str:
        """The value of the Set-Cookie header."""
        return self._cookie.write(_signed(self._serializer, astuple(session)))

    def token(self, session: S) -> str:
        """The token that each form of this session carries."""
        return self._signer.get_signature(session.nonce).decode()

    def is_from(self, session: S, token: str) -> bool:
        """Whether a form with that token came from a page of this session, in constant time."""
        return self._signer.verify_signature(session.nonce, token)

    def _load(self, value: str) -> S | None:
        try:
            members = self._serializer.loads(value, max_age=self._cookie.lifetime)
            return self._kind(*map(str, members)) if isinstance(members, list) else None
        except (BadData, TypeError):
            return None


class Flashes:
    """Writes flashes into cookies, each for the page at one path, and reads those that it signed.

    A form is answered with a redirect, so that Back, Forward and Reload never ask to send it again.
    """

    def __init__(
        self,
        key: bytes,
        purpose: str,
        name: str = "flash",
        seconds: int = FLASH_SECONDS,
        *,
        secure: bool,
    ) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt=f"{purpose}.{name}")
        self._cookie = Cookie(f"aftercare-{name}", seconds, secure=secure)

    def write(self, path: str, flash: Flash) -> str:
        """The value of the Set-Cookie header; typed text that is too long is left out."""
        whole = self._written(path, flash)
        return whole if self._fits(whole) else self._written(path, flash._replace(typed={}))

    def holds(self, path: str, flash: Flash) -> bool:
        """Whether a cookie holds all of it, what was typed included."""
        return self._fits(self._written(path, flash))

    def read(self, cookie_header: str, path: str) -> Flash | None:
        """The flash for the page at that path, unless it is missing, forged or too old."""
        value = self._cookie.read(cookie_header)
        if not value:
            return None
        try:
            page, errors, code, typed = self._serializer.loads(value, max_age=self._cookie.lifetime)
            return Flash(_texts(errors), str(code), _texts(typed)) if page == path else None
        except (BadData, TypeError, ValueError, AttributeError):
            return None

    def shown(self) -> str:
        """The value of the Set-Cookie header once the page has shown it."""
        return self._cookie._replace(lifetime=0).write("")

    def _fits(self, cookie: str) -> bool:
        return len(cookie) <= _MOST_FLASHED

    def _written(self, path: str, flash: Flash) -> str:
        members = (path, dict(flash.errors), flash.code, dict(flash.typed))
        return self._cookie.write(_signed(self._serializer, members))


def _signed(serializer: URLSafeTimedSerializer, members: object) -> str:
    text = serializer.dumps(members)
    return text if isinstance(text, str) else text.decode()


def _texts(members: Mapping[object, object]) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in members.items()}
