"""The values that a client may have: its kind, its store, its country, its scopes."""

import re
from collections.abc import Iterable

from aftercare.clients.errors import ClientInvalidError, UnknownScopeError
from aftercare.clients.model import Kind, Scope

# Store ids travel in logs and in the gateway's context; a code's item keeps eight of them in 1 KB.
_STORE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,11}")
_COUNTRY = re.compile(r"([A-Z]{2})?")


def kind_of(text: str) -> Kind:
    """The kind of that name.

    Raises:
        ClientInvalidError: There is no such kind.
    """
    if text not in set(Kind):
        kinds = ", ".join(Kind)
        raise ClientInvalidError("kind", f"There is no kind {text!r}. The kinds are: {kinds}.")
    return Kind(text)


def store_id_of(text: str) -> str:
    """The store's id, as it was given.

    Raises:
        ClientInvalidError: It is empty, too long, or has other characters.
    """
    if not _STORE_ID.fullmatch(text):
        rule = "1 to 12 letters, digits, dots, dashes or underscores"
        raise ClientInvalidError("store_id", f"A store's id is {rule}, not {text!r}.")
    return text


def country_of(text: str) -> str:
    """The country's code, or "" where it is unknown.

    Raises:
        ClientInvalidError: It is not two capital letters.
    """
    if not _COUNTRY.fullmatch(text):
        raise ClientInvalidError(
            "country", f"A country is two capital letters such as US, not {text!r}."
        )
    return text


def scopes_of(names: Iterable[str]) -> frozenset[str]:
    """The scopes of those names, at least one.

    Raises:
        UnknownScopeError: One of them does not exist, or none was named.
    """
    scopes = frozenset(names) or frozenset({""})
    for unknown in sorted(scopes - set(Scope)):
        raise UnknownScopeError(unknown, Scope)
    return scopes
