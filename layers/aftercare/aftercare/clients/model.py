"""A client and its key, `ac_<id>_<secret>`, of which we store a hash."""

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
# Compared where there is no client, so that it takes as long; no key has this hash.
NOBODYS_HASH = "0" * 64


class Kind(StrEnum):
    """The kind of a client; each has a usage plan of its own."""

    STORE = "store"
    PARTNER = "partner"


class Scope(StrEnum):
    """A right of a client."""

    AUTHENTICITY_CHECK = "authenticity:check"
    POINTS_READ = "points:read"
    POINTS_WRITE = "points:write"
    # Corrections by hand, and closing accounts: for a service desk, not for tills.
    POINTS_ADMIN = "points:admin"
    # Finding members by card, phone or e-mail: for tills, which then spend only with a card.
    MEMBERS_FIND = "members:find"
    # What came back in a parcel, and what was found: for warehouses and stores.
    RETURNS_RECEIVE = "returns:receive"
    # What customers hand in at a store, exchanged there or sent in: for stores alone.
    RETURNS_COUNTER = "returns:counter"
    # Tickets for the customers of partners and sellers, and what is said in those.
    TICKETS_WRITE = "tickets:write"
    # Cases that customers hand over at a store, one for each code: for stores alone.
    TICKETS_HANDOVER = "tickets:handover"


class Status(StrEnum):
    """Whether the client's key works."""

    ACTIVE = "active"
    REVOKED = "revoked"
    # A newer version's status: to this version the key does not work.
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
        """The gateway's key for counting this client's requests; it is no secret, and no right."""
        return f"aftercare-{self.client_id}"


def new_client_id(entropy: Entropy) -> str:
    return f"ac_{_symbols(entropy, _ID_SYMBOLS)}"


def new_key(client_id: str, entropy: Entropy) -> str:
    """The client's key with a fresh secret of 256 bits."""
    secret = _symbols(entropy, _SECRET_SYMBOLS)
    return f"{client_id}_{secret}"


def client_id_in(key: str) -> str:
    """The client id in a key; empty when the text cannot be a key."""
    match = _KEY.fullmatch(key)
    return match[1] if match else ""


def hash_of(key: str) -> str:
    """The hash of a key, which is what is stored; a plain one hides a long random secret."""
    return hashlib.sha256(key.encode()).hexdigest()


def require(scopes: str, scope: Scope) -> None:
    """Checks that the space-separated scopes include this one.

    Raises:
        InsufficientScopeError: They do not.
    """
    if scope not in scopes.split():
        raise InsufficientScopeError(scope)


def _symbols(entropy: Entropy, count: int) -> str:
    value = entropy(5 * count)
    return "".join(_ALPHABET[(value >> (5 * place)) & 31] for place in range(count))
