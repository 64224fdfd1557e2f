"""An application's pages: its templates, and the words around each page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalice.app import Response

from aftercare.web.request import BrowserRequest

if TYPE_CHECKING:
    from jinja2 import Environment

ENGLISH = "en"
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders one application's pages."""

    environment: Callable[[], "Environment"]
    chrome: Callable[[str], Mapping[str, str]]

    def show(
        self,
        request: BrowserRequest,
        language: str,
        template: str,
        status: int = HTTPStatus.OK,
        **context: object,
    ) -> Response:
        """A page, with what every page needs."""
        body = (
            self.environment()
            .get_template(template)
            .render(
                lang=language,
                t=self.chrome(language),
                base=request.base,
                page_id=template.removesuffix(".html"),
                stage=request.config.stage,
                mailbox_url=request.config.mailbox_url,
                **context,
            )
        )
        return Response(body, {"Content-Type": _HTML}, status)
