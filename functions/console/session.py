"""The console's cookie: signed, it names a session that is kept on the server."""

from dataclasses import dataclass

from aftercare.staff.session import LIFETIME, SessionKey
from aftercare.web.cookies import Cookie
from aftercare.web.session import Session, new_nonce
from aftercare.web.signing import Sessions

PURPOSE = "console"


@dataclass(frozen=True, slots=True)
class ConsoleSession(Session):
    """A browser at the console; signed in, it holds the secret of its session on the server."""

    staff_id: str = ""
    token: str = ""

    @property
    def signed_in(self) -> bool:
        return bool(self.token)

    @property
    def key(self) -> SessionKey:
        return SessionKey(self.staff_id, self.token)


def anonymous() -> ConsoleSession:
    return ConsoleSession(new_nonce())


def signed_in(key: SessionKey) -> ConsoleSession:
    """A session of its own: nothing of the browser's earlier one goes on."""
    return ConsoleSession(new_nonce(), *key)


def sessions_of(key: bytes, *, secure: bool) -> Sessions[ConsoleSession]:
    lifetime = int(LIFETIME.total_seconds())
    return Sessions(key, ConsoleSession, Cookie("console", lifetime, secure=secure), PURPOSE)
