"""Cookies: read from what a browser sends, written for what it keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cookie:
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
