"""An ID token's claims: read, and believed only if they are for us, for now and for this attempt.

The token comes from the user pool's own endpoint over TLS in answer to our request, so its
signature proves nothing more (OpenID Connect Core 1.0, section 3.1.3.7, item 6).
"""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, convert, field

from aftercare.staff.errors import SignInFailedError, Why
from aftercare.staff.model import Member, Role
from aftercare.staff.session import Identity

_PARTS = 3
_Text = Annotated[str, Meta(min_length=1, max_length=2048)]


class _Claims(Struct):
    sub: _Text
    iss: str
    aud: str
    token_use: str
    exp: int
    username: _Text = field(name="cognito:username")
    nonce: str = ""
    email: str = ""
    name: str = ""
    groups: list[str] = field(name="cognito:groups", default_factory=list)


def identity_in(token: str, *, issuer: str, client_id: str, nonce: str, now: datetime) -> Identity:
    """Whom the ID token names.

    Raises:
        SignInFailedError: It is no ID token, of another pool, client or attempt, or has expired.
    """
    claims = _read(token)
    is_ours = (claims.iss, claims.aud, claims.token_use) == (issuer, client_id, "id")
    if not is_ours or now >= datetime.fromtimestamp(claims.exp, UTC):
        raise SignInFailedError(Why.TOKEN)
    if not nonce or not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
        raise SignInFailedError(Why.NONCE)
    member = Member(claims.sub, claims.name or claims.email, claims.email, roles_in(claims.groups))
    return Identity(claims.username, member)


def roles_in(groups: list[str]) -> frozenset[Role]:
    """The roles among the names of groups; a group that is no role gives none."""
    return frozenset(Role(name) for name in groups if name in set(Role))


def _read(token: str) -> _Claims:
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise SignInFailedError(Why.TOKEN)
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return convert(json.loads(text), _Claims)
    except (ValueError, ValidationError, RecursionError):
        raise SignInFailedError(Why.TOKEN) from None
