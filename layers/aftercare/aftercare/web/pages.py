"""An application's pages: its templates, in the words of one language."""

from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from chalice.app import Response
from jinja2 import Environment

from aftercare.web import rendering
from aftercare.web.request import BrowserRequest
from aftercare.web.static_files import StaticFiles
from aftercare.words.model import Reader
from aftercare.words.service import stand_in_note, words

_HTML = "text/html; charset=utf-8"


class Pages:
    """Renders the templates of some folders."""

    def __init__(self, *folders: Path, static: StaticFiles) -> None:
        self._folders = folders
        self._static = static

    @cached_property
    def environment(self) -> Environment:
        return rendering.environment(*self._folders, static=self._static)

    def show(
        self,
        request: BrowserRequest,
        reader: Reader,
        template: str,
        status: int = HTTPStatus.OK,
        **context: object,
    ) -> Response:
        """A page, with what every page needs."""
        body = self.environment.get_template(template).render(
            lang=reader.language,
            wanted=reader.wants,
            stand_in_note=stand_in_note(reader.wants),
            w=words(reader.language, typeset=True),
            base=request.base,
            path=request.path,
            page_id=template.removesuffix(".html"),
            stage=request.config.stage,
            mailbox_url=request.config.mailbox_url,
            **context,
        )
        return Response(body, {"Content-Type": _HTML}, status)
