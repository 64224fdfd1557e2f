"""A client's key: easy to recognise, impossible to guess."""

import hashlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.clients.model import (
    NOBODYS_HASH,
    Client,
    Kind,
    Status,
    client_id_in,
    hash_of,
    new_client_id,
    new_key,
)

NOON = datetime(2026, 6, 10, 19, 0, tzinfo=UTC)
CLIENT = "ac_7k3m9qx2tb"
KEY = f"{CLIENT}_" + "0123456789abcdefghjkmnpqrstvwxyz" + "0123456789abcdefghjk"
BITS = st.integers(0, 2**260 - 1)


def rolled(value: int) -> str:
    def dice(bits: int) -> int:
        return value % (1 << bits)

    return new_key(new_client_id(dice), dice)


@given(BITS)
def test_a_key_says_whose_it_is_and_hides_260_random_bits(value: int) -> None:
    key = rolled(value)
    assert re.fullmatch(r"ac_[0-9a-hjkmnp-tv-z]{10}_[0-9a-hjkmnp-tv-z]{52}", key)
    assert key.startswith(f"{client_id_in(key)}_")
    symbols = "0123456789abcdefghjkmnpqrstvwxyz"
    secret = key.rpartition("_")[2]
    assert sum(symbols.index(symbol) << 5 * place for place, symbol in enumerate(secret)) == value


@given(BITS, BITS)
def test_two_keys_are_one_only_when_the_dice_fall_alike(one: int, other: int) -> None:
    assert (rolled(one) == rolled(other)) is (one == other)
    assert (hash_of(rolled(one)) == hash_of(rolled(other))) is (one == other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ac",
        CLIENT,
        f"{CLIENT}_",
        KEY[:-1],
        f"{KEY}0",
        KEY.upper(),
        KEY.replace("ac_", "ab_"),
        KEY.replace("ac_", "ac-"),
        KEY.replace("x", "i"),  # no such symbol
        KEY.replace("x", "u"),
        KEY.replace("7", "\N{ARABIC-INDIC DIGIT SEVEN}"),
        KEY.replace("7", "\N{FULLWIDTH DIGIT SEVEN}"),
        KEY.replace("k", "\N{KELVIN SIGN}"),
        f"{KEY}\n",
        f" {KEY}",
        f"{KEY}\x00",
        f"Bearer {KEY}",
        f"{KEY},{KEY}",
        KEY * 200,
        "ac_" + "7" * 10_000,
    ],
)
def test_what_is_no_key_belongs_to_nobody(text: str) -> None:
    assert client_id_in(text) == ""


def test_what_is_stored_of_a_key_is_its_sha_256_and_stays_so() -> None:
    assert client_id_in(KEY) == CLIENT
    assert hash_of(KEY) == hashlib.sha256(KEY.encode()).hexdigest()
    assert hash_of(KEY) == "fae595c8a043d0b2b6ff42b76e931768c643fb7a3eee4e6b2e961696843e7ada"


def test_no_key_has_the_hash_of_nobody() -> None:
    assert len(NOBODYS_HASH) == len(hash_of(KEY))
    assert hash_of("") != NOBODYS_HASH


def test_the_gateway_counts_a_client_by_a_name_that_opens_nothing() -> None:
    scopes = frozenset({"points:write", "authenticity:check"})
    client = Client(CLIENT, Kind.STORE, "S-0412", "US", scopes, Status.ACTIVE, hash_of(KEY), NOON)
    assert 20 <= len(client.usage_key) <= 128  # the gateway's bounds
    assert client_id_in(client.usage_key) == ""
    assert client.secret_hash not in client.usage_key
    assert client.scopes_text == "authenticity:check points:write"
