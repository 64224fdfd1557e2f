"""A browser's request: where it comes from, and how it reached us."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from chalice.app import Request

from aftercare.web.config import WebConfig
from aftercare.web.errors import FormInvalidError
from aftercare.web.network import sender_of
from aftercare.web.problems import request_id_of

# In a route: {name}, or {name+} for all that is left of the path.
PATH_PARAMETER = re.compile(r"\{(\w+)\+?\}")
_LOOPBACK = {"localhost", "127.0.0.1"}


class BrowserRequest(NamedTuple):
    """What a request says of itself."""

    raw: Request
    config: WebConfig

    @property
    def request_id(self) -> str:
        return request_id_of(self.raw)

    @property
    def source(self) -> str:
        """The address of whoever sent the request."""
        return sender_of(self.raw, self.config).address

    @property
    def country(self) -> str:
        """The country that the network in front of us names; empty if there is none."""
        return sender_of(self.raw, self.config).country

    @property
    def base(self) -> str:
        """The prefix of our paths: the stage's name on the API's own address, else empty."""
        return "" if self.config.portal_url else f"/{self.raw.context['stage']}"

    @property
    def origin(self) -> str:
        """Scheme and host that the customer sees."""
        return self.config.portal_url or f"https://{self.raw.context['domainName']}"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us over TLS: everywhere except on a developer's own machine."""
        host = urlsplit(self.config.portal_url).hostname or ""
        return host not in _LOOPBACK and not host.endswith(".localhost")

    @property
    def is_foreign(self) -> bool:
        """Whether the browser says that another site's page sent this."""
        origin = self.raw.headers.get("origin", self.origin)
        site = self.header("sec-fetch-site")
        return origin != self.origin or site in {"cross-site", "same-site"}

    @property
    def is_form(self) -> bool:
        return bool(self.raw.method == "POST")

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.header("accept")

    @property
    def path(self) -> str:
        """The path within the application, without the stage's name."""
        given = self.raw.uri_params or {}
        return whole(PATH_PARAMETER.sub(lambda found: given.get(found[1], ""), self.raw.path))

    @property
    def cookies(self) -> str:
        return self.header("cookie")

    def header(self, name: str) -> str:
        """The header's value; empty if it is not there."""
        return str(self.raw.headers.get(name, ""))

    def query(self, name: str) -> str:
        """The query parameter's value; empty if it is not there."""
        parameters = self.raw.query_params
        return whole(parameters.get(name) or "") if parameters is not None else ""

    def queries(self) -> dict[str, str]:
        """Every query parameter."""
        return {whole(name): self.query(name) for name in self.raw.query_params or ()}

    def body(self) -> bytes:
        """The body's bytes.

        Raises:
            FormInvalidError: The gateway's encoding of it is broken.
        """
        try:
            body = self.raw.raw_body
        except ValueError as error:
            raise FormInvalidError("That form can't be read.", why="unreadable") from error
        return body.encode() if isinstance(body, str) else body


def whole(text: str) -> str:
    """The text with a question mark for each half of a character, which no page can show."""
    return text.encode(errors="replace").decode()
