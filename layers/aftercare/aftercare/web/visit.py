"""One request of one browser, with what a view needs to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from chalice.app import Response

from aftercare.web.pages import Pages
from aftercare.web.request import BrowserRequest
from aftercare.web.session import Session
from aftercare.web.session_cookie import SessionCookie
from aftercare.words.model import ENGLISH
from aftercare.words.service import Words, words


@dataclass(slots=True)
class Visit[S: Session]:
    """The request, the browser's session, the form that was sent, and the pages to answer with."""

    request: BrowserRequest
    cookie: SessionCookie[S]
    pages: Pages
    form: Mapping[str, str] = field(default_factory=dict)
    form_is_stale: bool = False
    language: str = ENGLISH

    @property
    def session(self) -> S:
        return self.cookie.session

    @property
    def words(self) -> Words:
        """The words of this visit's language, as pages set them."""
        return words(self.language, typeset=True)

    def show(
        self,
        template: str,
        status: int = HTTPStatus.OK,
        **context: object,
    ) -> Response:
        """A page of this browser's session."""
        return self.pages.show(
            self.request,
            self.language,
            template,
            status,
            csrf=self.cookie.token,
            signed_in=self.session.signed_in,
            **context,
        )

    def go(self, path: str) -> Response:
        """On to one of our own pages, by GET."""
        return Response("", {"Location": f"{self.request.base}{path}"}, HTTPStatus.SEE_OTHER)
