"""Cookies: read from what a browser sends, written for what it keeps."""

from typing import NamedTuple

from chalice.app import Response

from aftercare.web.problems import Headers


class Cookie(NamedTuple):
    """One cookie's name and how long a browser keeps it, in seconds."""

    plain_name: str
    lifetime: int
    secure: bool

    @property
    def name(self) -> str:
        # A browser takes a __Host- cookie only over TLS, and only from the host itself.
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def read(self, header: str) -> str:
        """The cookie's value in a Cookie header; empty if it is not there."""
        for cookie in header.split(";"):
            name, _, value = cookie.strip().partition("=")
            if name == self.name:
                return value
        return ""

    def write(self, value: str) -> str:
        """The value of the Set-Cookie header."""
        flags = "HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")
        return f"{self.name}={value}; Path=/; Max-Age={self.lifetime}; {flags}"


def with_cookies(response: Response, *kept: Headers) -> Response:
    """The answer with the cookies of all these headers, beside its own."""
    every = [each for headers in (response.headers, *kept) for each in _cookies_of(headers)]
    if every:
        response.headers["Set-Cookie"] = every[0] if len(every) == 1 else every
    return response


def _cookies_of(headers: Headers) -> list[str]:
    value = headers.get("Set-Cookie", [])
    return [value] if isinstance(value, str) else value
