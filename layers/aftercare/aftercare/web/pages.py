"""An application's pages: its templates, and the words around each page."""

from collections.abc import Callable, Mapping
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from chalice.app import Response
from jinja2 import Environment

from aftercare.web import rendering
from aftercare.web.request import BrowserRequest
from aftercare.web.static_files import StaticFiles

ENGLISH = "en"
_HTML = "text/html; charset=utf-8"


class Pages:
    """Renders the templates of some folders; `chrome` has a language's words around each page."""

    def __init__(
        self, *folders: Path, static: StaticFiles, chrome: Callable[[str], Mapping[str, str]]
    ) -> None:
        self._folders = folders
        self._static = static
        self._chrome = chrome

    @cached_property
    def environment(self) -> Environment:
        return rendering.environment(*self._folders, static=self._static)

    def show(
        self,
        request: BrowserRequest,
        language: str,
        template: str,
        status: int = HTTPStatus.OK,
        **context: object,
    ) -> Response:
        """A page, with what every page needs."""
        body = self.environment.get_template(template).render(
            lang=language,
            t=self._chrome(language),
            base=request.base,
            page_id=template.removesuffix(".html"),
            stage=request.config.stage,
            mailbox_url=request.config.mailbox_url,
            **context,
        )
        return Response(body, {"Content-Type": _HTML}, status)
