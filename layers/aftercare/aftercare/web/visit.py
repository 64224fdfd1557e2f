"""One request of one browser, with what a view needs to answer it."""

from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from chalice.app import Response

from aftercare.web import languages
from aftercare.web.flash import Flash
from aftercare.web.pages import Pages
from aftercare.web.problems import Headers
from aftercare.web.request import BrowserRequest, whole
from aftercare.web.session import Session
from aftercare.web.session_cookie import SessionCookie
from aftercare.words.model import Reader
from aftercare.words.service import Words, words

if TYPE_CHECKING:
    from aftercare.web.signing import Flashes


# What a query has that is quoted already.
_IN_QUERY = "=&%+"


class Visit[S: Session]:
    """The request, the browser's session, the form that was sent, and the pages to answer with."""

    def __init__(
        self,
        request: BrowserRequest,
        cookie: SessionCookie[S],
        pages: Pages,
        reader: Reader | None = None,
    ) -> None:
        self.request = request
        self._reader = reader
        self.cookie = cookie
        self.pages = pages
        self.form: Mapping[str, str] = {}
        self.form_is_stale = False
        # What the links to this page in other languages keep of its query.
        self.query = request.queries()
        self.flashes: Flashes | None = None
        self.kept_forms: Flashes | None = None
        # What every page of this visit needs, problems included.
        self.shared: dict[str, object] = {}
        self._set_cookies: list[str] = []

    @property
    def session(self) -> S:
        return self.cookie.session

    @property
    def reader(self) -> Reader:
        raw, stage = self.request.raw, self.request.config.stage
        return self._reader or languages.reader(raw, stage, self.form)

    @property
    def language(self) -> str:
        """The language of this visit's pages, and of the mails that it asks for."""
        return self.reader.language

    @property
    def language_without_form(self) -> str:
        """The language of the pages that this browser opens next, if no link says otherwise."""
        if self._reader:
            return self._reader.language
        return languages.reader(self.request.raw, self.request.config.stage, {}).language

    @property
    def words(self) -> Words:
        """The words of this visit's language, as pages set them."""
        return words(self.language, typeset=True)

    @cached_property
    def flash(self) -> Flash:
        """What the form before this page left for it; it is shown once."""
        if self.flashes is None or self.request.is_form:
            return Flash()
        flash = self.flashes.read(self.request.cookies, self.request.path)
        if flash is None:
            return Flash()
        self.set_cookie(self.flashes.shown())
        return flash

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """What was typed on this page and sent after the session had ended, until it is saved."""
        if self.kept_forms is None:
            return {}
        flash = self.kept_forms.read(self.request.cookies, self.request.path)
        return flash.typed if flash else {}

    def keep(self, path: str) -> None:
        """Keeps the form for its page, over the way in; `path` may have a query."""
        if self.kept_forms is not None and (typed := self.typed()):
            page = whole(path.partition("?")[0])
            self.set_cookie(self.kept_forms.write(page, Flash(typed=typed)))

    def forget_kept(self) -> None:
        """What was kept is saved now, or was sent again."""
        if self.kept and self.kept_forms is not None:
            self.set_cookie(self.kept_forms.shown())

    def can_keep(self, flash: Flash) -> bool:
        """Whether a cookie holds these errors and what was typed."""
        return self.flashes is None or self.flashes.holds(self.request.path, flash)

    def set_cookie(self, cookie: str) -> None:
        """Sends one more cookie along with the answer."""
        self._set_cookies.append(cookie)

    def cookies(self) -> Headers:
        """The cookies to send along beside the session's."""
        return {"Set-Cookie": list(self._set_cookies)} if self._set_cookies else {}

    def show(
        self,
        template: str,
        status: int = HTTPStatus.OK,
        *,
        errors: Mapping[str, str] | None = None,
        **context: object,
    ) -> Response:
        """A page of this browser's session, with the errors of the form before it."""
        raw, stage = self.request.raw, self.request.config.stage
        reader = self.reader
        return self.pages.show(
            self.request,
            reader,
            template,
            status,
            languages=languages.links(raw, stage, reader.language, self.query),
            csrf=self.cookie.token,
            signed_in=self.session.signed_in,
            has_proved=self.session.has_proved,
            errors={**self.flash.errors, **(errors or {})},
            **self.shared,
            **context,
        )

    def go(self, path: str) -> Response:
        """On to one of our own pages, by GET."""
        return Response("", {"Location": f"{self.request.base}{path}"}, HTTPStatus.SEE_OTHER)

    def refuse(
        self,
        path: str,
        errors: Mapping[str, str],
        *,
        code: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        """On to the page of a form that was refused: it shows the errors, once.

        `flash` of that page's visit has them, the error's code and what was typed: without
        `typed`, the whole form. Text that is too long for a cookie is not kept.
        """
        if self.flashes is None:
            raise RuntimeError("a form was refused in an application without sessions")
        flash = Flash(errors, code, self.typed() if typed is None else typed)
        page, mark, query = whole(path).partition("?")
        self.set_cookie(self.flashes.write(page, flash))
        return self.go(f"{quote(page, errors='replace')}{mark}{quote(query, _IN_QUERY)}")

    def typed(self) -> Mapping[str, str]:
        """What the form that was sent has, without its token."""
        return {name: text for name, text in self.form.items() if name != "csrf"}
