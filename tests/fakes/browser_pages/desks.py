"""Desks of the staff: browsers at the console, each of a colleague who has signed in."""

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.fakes import photos
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.user_pool import UserPool

NOBODY = ""
_PICTURE = photos.phone_jpeg()


class Desks:
    """Browsers of colleagues, each signed in once."""

    def __init__(self, chromium: Browser, pool: UserPool, url: str) -> None:
        self._chromium, self._pool, self._url = chromium, pool, url
        self._contexts: list[BrowserContext] = []

    def of(self, role: str, **device: object) -> Page:
        """A page of somebody with that role; `NOBODY` has not signed in."""
        context = self._chromium.new_context(base_url=self._url, **device)  # type: ignore[arg-type]
        self._contexts.append(context)
        for name, value in self._cookies(role):
            context.add_cookies([{"name": name, "value": value, "url": self._url}])
        context.route("**/evidence/**", _shows_a_picture)
        context.route("**/pictures/**", _shows_a_picture)
        return context.new_page()

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _cookies(self, role: str) -> list[tuple[str, str]]:
        if role == NOBODY:
            return []
        account = self._pool.add(role, name=f"Ada {role.title()}")
        browser = StaffBrowser().signs_in(self._pool, account)
        pairs = (cookie.partition("=") for cookie in browser.cookie.split("; "))
        return [(name, value) for name, _, value in pairs]


def _shows_a_picture(route: Route) -> None:
    route.fulfill(body=_PICTURE, content_type="image/jpeg")
