"""Browsers of staff at the console's own app."""

from dataclasses import dataclass
from urllib.parse import urlencode

from console.app import app
from console.session import anonymous, sessions_of
from tests.fakes.browser import SIGNING_KEY, Apps, Browser, Page
from tests.fakes.user_pool import Account, UserPool

CONSOLE: Apps = dict.fromkeys(app.whole().routes, app)


@dataclass
class StaffBrowser(Browser):
    """A browser at the console."""

    @property
    def apps(self) -> Apps:
        return CONSOLE

    def begins(self, to: str = "/") -> str:
        """Presses the button of the way in; returns the address of the sign-in page."""
        self.get("/sign-in")
        return self.post("/sign-in", to=to).location

    def comes_back(self, state: str, code: str) -> Page:
        return self.get(f"/signed-in?{urlencode({'state': state, 'code': code})}")

    def signs_in(self, pool: UserPool, account: Account, to: str = "/") -> "StaffBrowser":
        """Signs in as that account; the last page seen is the first one after it.

        The start page leads on to where the member's work is.
        """
        answer = self.comes_back(*pool.sign_in(self.begins(to), account))
        assert answer.status == 303, answer
        self.follow(self.follow(answer))
        return self

    def opens(self, path: str = "/sessions") -> bool:
        """Whether a page of staff opens; otherwise the browser is sent to the way in."""
        answer = self.get(path)
        if answer.status == 303:
            assert answer.location.startswith("/sign-in")
            return False
        assert answer.status == 200, answer
        return True

    def copy(self) -> "StaffBrowser":
        """Another browser with the same cookies."""
        return StaffBrowser(self.source, self.cookie, self.csrf, self.accept)


def planted(nonce: str) -> str:
    """A cookie that was signed for somebody who is not signed in."""
    session = anonymous().__class__(nonce)
    written = sessions_of(SIGNING_KEY.encode(), secure=False).write(session)
    return written.partition(";")[0]
