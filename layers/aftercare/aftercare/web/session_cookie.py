"""A browser's session, as it changes while one request is answered."""

from typing import TYPE_CHECKING

from aftercare.web.problems import Headers
from aftercare.web.session import Session

if TYPE_CHECKING:
    from aftercare.web.signing import Sessions


class SessionCookie[S: Session]:
    """The session of the browser that is being answered.

    A view may replace `session`: the answer then carries the new one's cookie. Before `meet`, or
    where the signing key cannot be read, the session is anonymous and its pages carry no token.
    """

    def __init__(self, session: S) -> None:
        self.session = session
        self._sessions: Sessions[S] | None = None
        self._kept: S | None = None

    def meet(self, sessions: "Sessions[S]", cookie_header: str) -> None:
        """Takes the session that the browser's cookie holds, if we signed it."""
        self._sessions = sessions
        self._kept = sessions.read(cookie_header)
        self.session = self._kept or self.session

    @property
    def token(self) -> str:
        """The token that this session's forms carry."""
        return self._sessions.token(self.session) if self._sessions else ""

    def is_from(self, token: str) -> bool:
        """Whether a form with that token came from a page of this session."""
        return self._sessions is not None and self._sessions.is_from(self.session, token)

    def headers(self) -> Headers:
        """The cookie to send along; none if the browser has it already."""
        if self._sessions is None or self.session == self._kept:
            return {}
        return {"Set-Cookie": self._sessions.write(self.session)}
