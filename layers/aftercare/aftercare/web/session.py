"""A browser's session: what it has proved."""

import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """What a browser has proved. `nonce` changes at sign-in, and with it every form's token."""

    nonce: str

    @property
    def signed_in(self) -> bool:
        return False

    @property
    def has_proved(self) -> bool:
        """Whether it opens anything, so that it can be signed out."""
        return self.signed_in


def new_nonce() -> str:
    return secrets.token_urlsafe(16)
