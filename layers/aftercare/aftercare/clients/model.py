"""A client, and its key: `ac_<id>_<secret>`, of which we keep a hash."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.clients.errors import InsufficientScopeError
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.ids import CROCKFORD, Entropy

_ALPHABET = CROCKFORD.lower()
_ID_SYMBOLS = 10
_SECRET_SYMBOLS = 52
_KEY = re.compile(rf"(ac_[{_ALPHABET}]{{{_ID_SYMBOLS}}})_[{_ALPHABET}]{{{_SECRET_SYMBOLS}}}")
# The hash of no key: what is compared where there is no client, so that it takes as long.
NOBODYS_HASH = "0" * 64


class Kind(StrEnum):
    """Whose system it is; each kind has a usage plan of its own."""

    STORE = "store"
    PARTNER = "partner"


class Scope(StrEnum):
    """What a client may be allowed to do."""

    AUTHENTICITY_CHECK = "authenticity:check"
    POINTS_READ = "points:read"
    POINTS_WRITE = "points:write"
    # Corrections by hand, and closing accounts: for a service desk, not for tills.
    POINTS_ADMIN = "points:admin"


class Status(StrEnum):
    """Whether the key opens anything."""

    ACTIVE = "active"
    REVOKED = "revoked"
    # Stored by a newer version, which means by it what this one cannot know: its key opens nothing.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """One system of a store or a partner.

    `country` is ISO 3166-1 alpha-2, or empty. `changed_by` issued, reissued or revoked its key.
    """

    client_id: str
    kind: Kind
    store_id: str
    country: str
    scopes: frozenset[str]
    status: Status
    secret_hash: str
    created_at: datetime
    changed_by: Actor = UNKNOWN

    @property
    def scopes_text(self) -> str:
        """The scopes as they travel with a request: space-separated, sorted."""
        return " ".join(sorted(self.scopes))

    @property
    def usage_key(self) -> str:
        """What the gateway counts this client's requests by; not a secret, and opens nothing."""
        return f"aftercare-{self.client_id}"


def new_client_id(entropy: Entropy) -> str:
    return f"ac_{_symbols(entropy, _ID_SYMBOLS)}"


def new_key(client_id: str, entropy: Entropy) -> str:
    """The client's key with a fresh secret of 256 bits."""
    secret = _symbols(entropy, _SECRET_SYMBOLS)
    return f"{client_id}_{secret}"


def client_id_in(key: str) -> str:
    """The id of the client whose key this says it is; empty when it cannot be a key."""
    found = _KEY.fullmatch(key)
    return found[1] if found else ""


def hash_of(key: str) -> str:
    """What is stored of a key: its secret is random and long, so that a plain hash hides it."""
    return hashlib.sha256(key.encode()).hexdigest()


def require(scopes: str, scope: Scope) -> None:
    """Lets a client pass whose space-separated scopes name this one.

    Raises:
        InsufficientScopeError: They do not.
    """
    if scope not in scopes.split():
        raise InsufficientScopeError(scope)


def _symbols(entropy: Entropy, count: int) -> str:
    value = entropy(5 * count)
    return "".join(_ALPHABET[(value >> (5 * place)) & 31] for place in range(count))
