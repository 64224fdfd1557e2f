"""What a client may be given, and what it may do with it."""

import pytest

from aftercare.clients.errors import (
    ClientInvalidError,
    InsufficientScopeError,
    UnknownScopeError,
)
from aftercare.clients.model import Scope, require
from aftercare.clients.policy import country_of, kind_of, scopes_of, store_id_of
from tests.fakes.refusals import refused

THERE_ARE = f"The scopes are: {', '.join(Scope)}."


def test_a_scope_that_is_named_lets_pass() -> None:
    require("authenticity:check", Scope.AUTHENTICITY_CHECK)
    require("points:read authenticity:check points:write", Scope.AUTHENTICITY_CHECK)


@pytest.mark.parametrize(
    "scopes",
    [
        "",
        "points:read",
        "points:write-off",
        "points",
        "POINTS:WRITE",
        "points:write,points:read",
        "*",
    ],
)
def test_any_other_scope_does_not(scopes: str) -> None:
    sentence = "This client key lacks the scope points:write."
    with refused(InsufficientScopeError, "insufficient_scope", sentence) as refusal:
        require(scopes, Scope.POINTS_WRITE)
    assert refusal.value.facts == {"scope": "points:write"}


def test_scopes_are_taken_in_any_order_and_once() -> None:
    asked = ["points:write", "authenticity:check", "points:write"]
    assert scopes_of(asked) == {"authenticity:check", "points:write"}
    assert scopes_of(Scope) == set(Scope)


@pytest.mark.parametrize("asked", ["authenticity", "Points:Read", " points:read", "*", ""])
def test_an_unknown_scope_is_refused_with_the_list_of_those_there_are(asked: str) -> None:
    with refused(UnknownScopeError, "unknown_scope", f"There is no scope {asked!r}. {THERE_ARE}"):
        scopes_of(["points:write", asked])


def test_a_client_without_any_scope_is_refused() -> None:
    with refused(UnknownScopeError, "unknown_scope", f"There is no scope ''. {THERE_ARE}"):
        scopes_of([])


def test_a_client_is_a_stores_or_a_partners() -> None:
    assert [kind_of(text).value for text in ("store", "partner")] == ["store", "partner"]
    sentence = "There is no kind 'till'. The kinds are: store, partner."
    with refused(ClientInvalidError, "client_invalid", sentence) as refusal:
        kind_of("till")
    assert refusal.value.field == "kind"


@pytest.mark.parametrize("text", ["S-0412", "7", "robo.shop_3", "x" * 12])
def test_a_stores_id_is_kept_as_it_is(text: str) -> None:
    assert store_id_of(text) == text


@pytest.mark.parametrize("text", ["", " ", "-1", "S 0412", "S/1", "x" * 13, "S-1\n", "店-1"])
def test_what_can_not_be_a_stores_id_is_refused(text: str) -> None:
    with pytest.raises(ClientInvalidError, match=r"^A store's id is 1 to 12 letters") as refusal:
        store_id_of(text)
    assert refusal.value.field == "store_id"


def test_a_country_may_be_unknown() -> None:
    assert (country_of("US"), country_of("")) == ("US", "")


@pytest.mark.parametrize("text", ["us", "USA", "U", "U1", "US\n", " "])
def test_what_can_not_be_a_country_is_refused(text: str) -> None:
    sentence = f"A country is two capital letters such as US, not {text!r}."
    with refused(ClientInvalidError, "client_invalid", sentence):
        country_of(text)
