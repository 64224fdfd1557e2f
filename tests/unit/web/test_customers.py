"""An unchecked session cookie chooses links; only a signed one opens anything."""

import base64
import zlib

import pytest
from itsdangerous import URLSafeTimedSerializer

from aftercare.web.customers import (
    CustomerSession,
    anonymous,
    seems_signed_in,
    session_cookie,
    signed_in,
)
from aftercare.web.signing import Sessions

KEY = b"a key"


def sessions(key: bytes = KEY, purpose: str = "portal") -> Sessions[CustomerSession]:
    return Sessions(key, CustomerSession, session_cookie(secure=False), purpose)


def sent(session: CustomerSession) -> str:
    """The Cookie header of a browser that keeps this session."""
    return sessions().write(session).partition(";")[0]


def test_a_session_comes_back_as_it_was_written() -> None:
    session = signed_in("key-of-mei")
    assert sessions().read(sent(session)) == session


def test_another_applications_cookie_and_token_open_nothing() -> None:
    session = signed_in("key-of-mei")
    console = sessions(purpose="console")
    assert console.read(sent(session)) is None
    assert not console.is_from(session, sessions().token(session))


def test_a_browser_that_keeps_a_signed_in_session_seems_signed_in() -> None:
    assert seems_signed_in(sent(signed_in("key-of-mei")), secure=False)
    assert not seems_signed_in(sent(anonymous()), secure=False)


@pytest.mark.parametrize(
    "value",
    [
        *("", "x", "x.y.z", ".x.y", "ü", "="),
        pytest.param(URLSafeTimedSerializer(b"k").dumps(7), id="a number, signed"),
    ],
)
def test_what_is_not_a_session_does_not_seem_signed_in(value: str | bytes) -> None:
    text = value if isinstance(value, str) else value.decode()
    assert not seems_signed_in(f"aftercare={text}", secure=False)
    assert not seems_signed_in("", secure=False)


def test_the_longest_session_of_ours_is_short_enough_to_seem_signed_in() -> None:
    session = CustomerSession("n" * 22, "0123456789abcdef" * 4, wanted="/returns/" + "R4t_" * 10)
    assert seems_signed_in(sent(session), secure=False)


@pytest.mark.parametrize("text", ["[" * 100_000, f'["n", "{"0" * 10_000_000}"]'])
def test_a_cookie_that_would_unpack_to_much_is_not_unpacked(text: str) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode())).rstrip(b"=").decode()
    assert not seems_signed_in(f"aftercare=.{packed}.x.y", secure=False)


def test_a_forged_session_may_seem_signed_in_and_opens_nothing() -> None:
    forged = sessions(key=b"another key").write(signed_in("key-of-mei")).partition(";")[0]
    assert seems_signed_in(forged, secure=False)
    assert sessions().read(forged) is None
